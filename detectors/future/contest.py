"""Which way a series goes on: models compete at rolling origins in its own past.

The last level, the last reading and a long mean are the simplest; a damped trend, a drift as old as the file, an
autoregressive ridge or the file's own cycle must beat them by a margin, since what looks better on the past by little
is worse on the future (Tashman, Int. J. Forecasting 16, 2000). A drift is often younger than the horizon, so that most
origins know nothing of it. Hence a straight line goes on undamped where it has lately foretold the level clearly better
than staying does, and was either no worse at whole horizons or goes now much farther than it ever errs; and a parabola
or an exponential growth does where it was lately better than the line, and at the latest whole horizons too.

Fails: a sine of which the file holds less than a few cycles is taken for the drift that it lately was.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detectors.future.extrapolation import Curve, Cycle, Faded, Held, Model, Ridge, Series, Shape, period
from detectors.types import FloatArray, IntArray

GRID = 120  # rows ahead at which paths are worked out; between them they are interpolated
ORIGINS = 80  # rolling origins that choose the model and set the band
LEAST_ORIGINS = 8
MARGIN = 0.3  # a rival must beat the simplest by this share over the root of the independent windows
STRETCHES = (1, 2, 4, 0.5, 0.25)  # of the horizon: how long the latest rows are, over which a drift is looked for
LEAST_STRETCH = 20  # rows, in which no drift can be told from noise
SPANS = (4, 2, 1, 0.5)  # a line goes through the stretch divided by one of these
CURVED = (2, 1, 0.5, 0.25)  # and a curve
LEAST_CURVE = 24  # rows that a curve is laid through
BENDS: tuple[Shape, ...] = ("parabola", "growth")
LEAST_RECENT = 5
RECENT = 60  # part of the horizon, over which the present level is the mean
FRESH = 24  # origins of a stretch, at leads of up to a quarter of it
LEADS = 12  # of a whole horizon, at which errors are looked at
STEADY = 0.6  # of the error of staying: what a straight line may leave there
BENT = 0.7  # of the error of the line: what a curve may leave, lately and at whole horizons (geometric mean)
PLAIN = 6.0  # times its usual error: a line that goes so far is believed, young as it may be
DOUBT = 0.5  # of its way: how much farther or less far a drift may go that is younger than the past
FOLLOW = 0.4  # share of the scenarios that follow a line which was nearly believed
GOLDEN = (5**0.5 - 1) / 2  # spreads multiples evenly over the scenarios
STRAIGHT = 0.1  # of its way: a curve that ends so near to the line says nothing else
BOWED = 0.5  # of the way of a steady line: how far from its end a parabola may end
WORSE = 1.3  # times the usual error of the others, which a line may not exceed otherwise


class Past:
    """One series, the rows ahead that its history can check, and the contest of the models."""

    def __init__(self, values: FloatArray, horizon: int) -> None:
        count = len(values)
        ahead = np.unique(np.round(np.linspace(1, horizon, min(GRID, horizon))).astype(np.int64))
        self.ahead: IntArray = ahead[ahead < max(2, count // 3)]
        self.series = Series(values, int(np.clip(horizon // 8, 1, max(1, count // 40))))
        self.most = int(self.ahead[-1])
        last = count - 1 - self.most
        self.origins = np.unique(np.linspace(last // 3, last, ORIGINS).astype(np.int64))
        self.late = self.origins[len(self.origins) // 2 :]

    def independent(self, origins: IntArray) -> FloatArray:
        """How many windows of each horizon (k,) fit beside each other in the span of `origins`."""
        return np.maximum(1.0, (origins[-1] - origins[0]) / self.ahead)

    def errors(self, model: Model, origins: IntArray) -> FloatArray:
        """(m, k) readings less what the model says."""
        actual = self.series.values[origins[:, None] + self.ahead[None, :]]
        return actual - model(origins, self.ahead.astype(np.float64))

    def contest(self) -> tuple[Model, IntArray]:
        """The model that the past speaks for, and the origins (m,) whose errors tell how wrong it may be."""
        held: list[Model] = [Held(self.series, rows) for rows in {self.series.smooth, 1, self.most}]
        best, least = self._least(held, np.inf, self.late)
        margin = 1 - MARGIN / np.sqrt(float(self.independent(self.late)[-1]))
        rival, _ = self._least(self._rivals(), margin * least, self.late)
        best = self._known(rival or best or held[0])
        if not isinstance(best, Cycle):  # of a cycle every rise is a drift
            best = self._steady(best)
        usable = self.late if isinstance(best, Curve | Ridge) else self.origins
        if isinstance(best, Curve) and best.shape != "line":
            usable = self.late[len(self.late) // 2 :]  # what grows errs more the later
        return best, usable[usable >= best.first]

    def _known(self, best: Model) -> Model:
        """`best`, or the present level where that lies farther from it than it ever did: what has left all that a model
        knows is not said to come back."""
        rows = min(max(LEAST_RECENT, self.most // RECENT), self.most)
        ahead = np.arange(1, rows + 1)
        origins = np.append(self.origins, len(self.series.values) - 1 - rows)
        ends = self.series.values[origins[:, None] + ahead[None, :]]
        off = np.abs(np.median(ends - best(origins, ahead.astype(np.float64)), axis=1))
        return Held(self.series, rows) if off[-1] > off[:-1].max() else best

    def _rivals(self) -> list[Model]:
        found: list[Model] = [Faded(self.series, max(self.most, 2 * self.series.smooth))]
        ridge = Ridge.fitted(self.series, self.ahead, int(self.late[0]))
        if ridge is not None:
            found.append(ridge)
        if self.late[0] > 2 * self.most:
            found.append(Curve(self.series, int(self.late[0]), "line", True))  # a drift as old as the file
        cycle = period(self.series.values)
        if cycle is not None:
            found += [Cycle(self.series, cycle, anchored) for anchored in (False, True)]
        return found

    def _least(self, models: Sequence[Model], least: float, origins: IntArray) -> tuple[Model | None, float]:
        """The model with the smallest median error at `origins`, where that is below `least`."""
        best: Model | None = None
        for model in models:
            usable = origins[origins >= model.first]
            if len(usable) < min(LEAST_ORIGINS, len(origins)):
                continue
            error = float(np.median(np.abs(self.errors(model, usable))))
            if error < least or (best is None and least == np.inf):
                best, least = model, error
        return best, least

    def _steady(self, other: Model) -> Model:
        """The straight line or the curve that lately foretold the level best, `other` where none is clearly better."""
        for stretch in self._stretches():
            best = self._drifting(other, stretch)
            if best is not other:
                return best
        return other

    def _stretches(self) -> list[int]:
        """How many of the latest rows a drift is looked for in."""
        found = [int(self.most * part) for part in STRETCHES]
        return [stretch for stretch in found if LEAST_STRETCH <= stretch <= len(self.series.values) // 2]

    def _drifting(self, other: Model, stretch: int) -> Model:
        """As _steady, by the last `stretch` rows."""
        stay = self._lately(Held(self.series, self.series.smooth), stretch)
        line = self._likeliest(stretch)
        best = line if self._lately(line, stretch) <= STEADY * stay and self._trusted(line, other, stretch) else other
        return self._bent(best, stretch, STEADY * stay)

    def steady(self, model: Model) -> bool:
        """Is `model` a line that has gone on like that for a whole horizon: says a parabola through it the same?"""
        if not isinstance(model, Curve) or model.shape != "line" or self.most > len(self.series.values) // 2:
            return False
        return self._apart(Curve(self.series, self.most, "parabola"), model) <= BOWED * self._change(model)

    def doubt(self, model: Model, origins: IntArray, ahead: FloatArray) -> tuple[FloatArray, FloatArray]:
        """What the errors of the past know nothing of: multiples (2 m, 1) of a path (k,) that scenarios are moved by.

        Where a drift is younger than the `origins`, it may yet slow down or quicken. Where a line has lately been
        somewhat better than what stays, though not enough to be believed, some scenarios follow it.
        """
        now = np.array([len(self.series.values) - 1])
        turn: FloatArray = np.asarray((np.arange(2 * len(origins)) * GOLDEN % 1.0)[:, None])
        path: FloatArray = model(now, ahead)[0]
        if isinstance(model, Curve):
            ends = np.array([0.0, float(self.most)])
            goes = float(np.diff(model(now, ends), axis=1)[0, 0])
            unlike = float(np.median(np.abs(np.diff(model(origins, ends), axis=1) - goes)))
            young = min(1.0, unlike / max(abs(goes), 1e-300))
            return np.asarray(DOUBT * young * (2 * turn - 1)), np.asarray(path - model(now, np.zeros(1))[0])
        if not isinstance(model, Held) or self.most < LEAST_STRETCH:
            return np.zeros_like(turn), path - path
        line = self._likeliest(self.most)
        stay = self._lately(Held(self.series, self.series.smooth), self.most)
        share = FOLLOW * float(np.clip((1.0 - self._lately(line, self.most) / max(stay, 1e-300)) / (1 - STEADY), 0, 1))
        return np.where(turn < share, 1.0, 0.0), line(now, ahead)[0] - path

    def _apart(self, one: Model, other: Model) -> float:
        """How far from each other two models end."""
        now, end = np.array([len(self.series.values) - 1]), np.array([float(self.most)])
        return abs(float(one(now, end)[0, 0] - other(now, end)[0, 0]))

    def _bent(self, best: Model, stretch: int, most: float) -> Model:
        """The curve that was lately and at the latest whole horizons clearly better than `best`, else `best` itself."""
        lately, whole = self._lately(best, stretch), self._whole(best)
        found, least = best, BENT**2 * lately * whole
        oldest = int(self.late[len(self.late) // 2])
        for span in (int(stretch / part) for part in CURVED if LEAST_CURVE <= stretch / part <= oldest):
            for shape in BENDS:
                curve = Curve(self.series, span, shape)
                near = self._lately(curve, stretch)
                if near > min(lately, most):
                    continue
                far = self._whole(curve)
                alike = isinstance(best, Curve) and self._apart(best, curve) <= STRAIGHT * self._change(best)
                if far <= whole and near * far <= least and not alike:
                    found, least = curve, near * far
        return found

    def _likeliest(self, stretch: int) -> Curve:
        """The straight line that foretold the level best over the last `stretch` rows."""
        least = 2 * self.series.smooth
        lines = [Curve(self.series, int(max(8, least, stretch / part)), "line", anchored)
                 for part in SPANS for anchored in (True, False) if stretch / part <= self.late[0]]  # fmt: skip
        return min(lines, key=lambda model: self._lately(model, stretch))

    def _trusted(self, line: Model, other: Model, stretch: int) -> bool:
        """Was the line no worse than `other` at whole horizons, or does it now go much farther than it ever errs?"""
        usual = self._off(line, self.late, self._leads())
        if any(
            self._lately(line, part) > self._lately(Held(self.series, self.series.smooth), part)
            for part in (stretch // 2, stretch // 4)
            if part >= LEAST_STRETCH
        ):
            return False  # it is over: the level stays by now
        if self._change(line) >= PLAIN * usual:
            return True
        return self._whole(line) <= self._whole(other) and usual <= WORSE * self._off(other, self.late, self._leads())

    def _leads(self) -> IntArray:
        return self.ahead[:: max(1, len(self.ahead) // LEADS)]

    def _change(self, model: Model) -> float:
        """How far the level goes from now to the end of the horizon."""
        path = model(np.array([len(self.series.values) - 1]), np.array([0.0, float(self.most)]))[0]
        return float(abs(path[1] - path[0]))

    def _lately(self, model: Model, stretch: int) -> float:
        """The mean error of the smoothed level at origins of the last `stretch` rows, up to a quarter of it ahead."""
        lead = max(1, stretch // 4)
        leads = np.unique(np.linspace(1, lead, LEADS).astype(np.int64))
        count = len(self.series.values)
        fresh = np.unique(np.linspace(max(0, count - 1 - stretch), count - 1 - lead, FRESH).astype(np.int64))
        return self._off(model, fresh, leads)

    def _whole(self, model: Model) -> float:
        """The mean error of the smoothed level over the latest whole horizon."""
        last = int(self.origins[-1])
        late = np.unique(np.linspace(max(0, last - self.most // 2), last, FRESH).astype(np.int64))
        return self._off(model, late, self._leads())

    def _off(self, model: Model, origins: IntArray, leads: IntArray) -> float:
        origins = origins[origins >= model.first]
        if not len(origins):
            return float(np.inf)
        level = self.series.mean[origins[:, None] + leads[None, :]]
        lag = (self.series.smooth - 1) / 2 if isinstance(model, Curve) else 0.0
        return float(np.abs(model(origins, leads.astype(np.float64) - lag) - level).mean())
