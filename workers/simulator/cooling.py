"""Mould cooling: pump pressure, four valve-set flows, heat through each face, temperature rise of the water.

Valves as in IEC 60534-2-1; stiction after Choudhury, Thornhill and Shah, Control Eng. Practice 13 (2005) 641-658;
heat flux after Savage and Pritchard, J. Iron and Steel Inst. 178 (1954) 269-277.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workers.simulator.caster import CASTER, FACES
from workers.simulator.clock import Clock, FloatArray, Streams
from workers.simulator.signals import ar1, lag
from workers.simulator.strand import Strand
from workers.simulator.upset import Upset

KV = {"wide_inner": 86.0, "wide_outer": 84.0, "narrow_left": 11.2, "narrow_right": 11.0}  # m3/h at 1 bar
SKEW = {"wide_inner": 1.00, "wide_outer": 1.03, "narrow_left": 0.98, "narrow_right": 1.02}
PROGRAMME = 0.25  # valve travel follows the casting speed: relative travel per relative speed
VALVE_S = 6.0
POSITIONER_S = 60.0  # integral time of the valve positioner
WATER_S = 7.0  # water in the mould and the thermometers
WATER_HEAT = 4.186e6  # J/(m3 K)
SUPERHEAT = 0.0015  # relative heat flux per K in the tundish


@dataclass(frozen=True)
class Cooling:
    """Pressure (n,) bar; flow in L/min and temperature rise in K by face, (n,) each."""

    pressure: FloatArray
    flow: dict[str, FloatArray]
    rise: dict[str, FloatArray]


def heat_flux(dwell_s: FloatArray) -> FloatArray:
    """Mean heat flux of the mould, W/m2: the mean over 0..t of Savage and Pritchard's 2680 - 335 sqrt(t) kW/m2."""
    return (2680.0 - 335.0 * (2.0 / 3.0) * np.sqrt(dwell_s)) * 1e3


def sticking_valve(command: FloatArray, band: FloatArray, dt: float) -> FloatArray:
    """A positioner with integral action against stiction: the stem waits until the push exceeds the band, then slips.

    `band` (n,) is a share of the travel; 0 means a free valve. Each slip overshoots, so the positioner hunts.
    """
    stem, push = float(command[0]), 0.0
    out = np.empty(len(command))
    for k, (wanted, hold) in enumerate(zip(command.tolist(), band.tolist(), strict=True)):
        if hold <= 0.0:
            stem, push = wanted, 0.0
        else:
            push += dt / POSITIONER_S * (wanted - 0.8 * hold - stem)  # the flow presses the plug towards closed
            if abs(push) > hold:
                stem, push = stem + (hold if push > 0 else -hold), 0.0
        out[k] = stem
    return out


def run_cooling(
    clock: Clock, streams: Streams, strand: Strand, level: FloatArray, steel: FloatArray, upset: Upset
) -> Cooling:
    """Flows follow the square root of the pressure over the mould; heat follows dwell time, level and superheat."""
    rng = streams.of("cooling")
    n, dt = clock.n, clock.dt
    header = 0.07 * ar1(rng, n, 45.0, dt) + 0.02 * ar1(rng, n, 4.0, dt) * upset.pump_noise
    pressure = np.maximum(CASTER.pump_bar + header - upset.pump_loss, CASTER.back_bar + 0.1)
    command = lag(1 + PROGRAMME * (strand.speed / CASTER.speed - 1), VALVE_S, dt)
    wet = level / CASTER.level_mm
    flux = heat_flux(strand.dwell(CASTER.wet_m) * wet) * wet * (1 + SUPERHEAT * (steel - 1540.0))
    shared = 0.002 * ar1(rng, n, 900.0, dt)
    flow, rise = {}, {}
    for face in FACES:
        travel = sticking_valve(command, upset.sticking[face], dt) if face in upset.sticking else command
        flow[face] = KV[face] * travel * np.sqrt(pressure - CASTER.back_bar) * 1000 / 60
        side = CASTER.width_m if face.startswith("wide") else CASTER.thickness_m
        film = 1 + shared + 0.004 * ar1(rng, n, 300.0, dt)  # the powder film is never quite even
        heat = flux * film * SKEW[face] * side * CASTER.wet_m
        rise[face] = lag(heat / (WATER_HEAT * flow[face] / 60000), WATER_S, dt)
    return Cooling(pressure, flow, rise)
