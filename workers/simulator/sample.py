"""The file of the demo: six hours of strand 2 in which the nozzle clogs, made by this simulator.

Make it again after a change to the plant, from the project's root:
andon simulate --fault stopper_clogging --rows 21600 --seed 2 --out workers/simulator/samples/strand2_night.csv.gz
"""

from __future__ import annotations

from pathlib import Path

SAMPLE = Path(__file__).parent / "samples" / "strand2_night.csv.gz"
SAMPLE_TRUTH = SAMPLE.with_name("strand2_night.truth.json")
FAULT, ROWS, SEED = "stopper_clogging", 21_600, 2
