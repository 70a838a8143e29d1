"""`andon detect`: scores, flags and events for each row of a file, and a forecast when asked for."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from detectors import catalogue
from detectors.future.forecast import forecast
from detectors.types import Detection
from workers.catalogue import trained
from workers.catalogue.models import opened
from workers.catalogue.recommending import FLOOD
from workers.catalogue.tables import NEEDS_UPDATE
from workers.errors import AndonError
from workers.knowledge.context import Knowledge
from workers.looking.detecting import FEW, TrainRows, train_rows
from workers.looking.study import look
from workers.outputs import folder_for, refuse_over_input, try_file
from workers.prose.numbers import figure
from workers.readings import Reading, read
from workers.readings.units import in_percent
from workers.rowfiles import RowText, remove_forecast, write_events, write_forecast, write_rows
from workers.settings import Settings
from workers.wording import say

MOST_AHEAD = 100_000  # steps of a forecast
MOST_LISTED = 20  # events on the terminal; all of them stand in the file


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: CSV, --train N, --model NAME, --out FILE.csv, --forecast H, --lang."""
    source, out = Path(args.csv), Path(args.out)
    if args.forecast is not None and not 1 <= args.forecast <= MOST_AHEAD:
        raise AndonError("failure_forecast_horizon", horizon=args.forecast, most=MOST_AHEAD)
    if out.is_dir():
        raise AndonError("failure_detect_folder", file=out)
    refuse_over_input(_files(out), [source])
    with folder_for(out.parent, lambda error: _unwritable(out, error)):
        for file in _files(out)[: 2 if args.forecast is None else 3]:
            try:
                try_file(file)
            except OSError as error:
                raise _unwritable(file, error) from error
        return _detect(args, source, out, settings)


def _detect(args: argparse.Namespace, source: Path, out: Path, settings: Settings) -> int:
    lang = args.lang or settings.lang
    reading = read(
        source, zone=settings.zone, lang=lang, max_bytes=settings.max_input_bytes, max_rows=settings.max_rows
    )
    names = Knowledge(settings, lang).names([str(c) for c in reading.frame.columns], reading.units)
    train = train_rows(reading.row_of, args.train)
    model = args.model or "ensemble"
    own = trained.load(model, settings) if model not in {card.name for card in catalogue.cards()} else None
    if own is None:
        catalogue.load(model)  # complain about its name before any work
    elif train is not None:
        raise AndonError("failure_detect_trained", model=model, file=own.row.file)
    print(say("progress_detecting", lang), file=sys.stderr)
    if own is not None:
        detection = trained.use(own, reading, names, settings)
    else:
        normal = train.frame if train else None
        detection = look(reading, names, normal, model, causes=False).detection
    files = _write(args, out, reading, detection, train, settings, lang)
    if own is not None:
        print(say("detect_reference_trained", lang, model=model, file=own.row.file, rows=f"{own.row.rows:,}"))
        _tell_outcome(own, reading, detection, settings, lang)
    else:
        _tell_reference(reading, detection, lang)
    _report(reading, detection, train, files, lang)
    return 0


def _files(out: Path) -> list[Path]:
    """F.csv with what is written beside it: events, and the forecast when one is asked for."""
    stem = out.with_suffix("") if out.suffix.lower() == ".csv" else out
    return [out, *(stem.with_name(f"{stem.name}.{kind}") for kind in ("events.json", "forecast.csv"))]


def _unwritable(out: Path, error: OSError) -> AndonError:
    return AndonError("failure_detect_out", file=out, why=error.strerror)


def _write(
    args: argparse.Namespace,
    out: Path,
    reading: Reading,
    detection: Detection,
    train: TrainRows | None,
    settings: Settings,
    lang: str,
) -> list[Path]:
    *files, ahead_file = _files(out)
    text = RowText(reading, settings.zone)
    try:
        write_rows(out, text, detection, train.silent if train else None)
        write_events(files[1], text, detection)
        if args.forecast is not None:
            files.append(ahead_file)
            columns = [str(c) for c in reading.frame.columns]
            percent = [c for c in columns if in_percent(c, reading.units.get(c))]
            ahead = forecast(reading.frame, columns, args.forecast, percent)
            write_forecast(ahead_file, text, ahead)
            _tell_left_out(columns, {one.sensor for one in ahead}, lang)
        else:
            remove_forecast(ahead_file)
    except OSError as error:
        raise _unwritable(out, error) from error
    return files


def _tell_left_out(columns: list[str], foretold: set[str], lang: str) -> None:
    """Who reads the file must not take a sensor that is missing there for one that stays as it is."""
    missing = [name for name in columns if name not in foretold]
    if missing:
        named = ", ".join(missing[:MOST_LISTED]) + (", ..." if len(missing) > MOST_LISTED else "")
        print(say("detect_not_foretold", lang, count=len(missing), all=len(columns), sensors=named))


def _tell_outcome(own: trained.Trained, reading: Reading, detection: Detection, settings: Settings, lang: str) -> None:
    """What the controller reads in the outcome of a trained model: does its normal still hold?"""
    moved = trained.drifted(own, reading.frame)
    if moved:
        with opened(settings) as catalogue_:
            catalogue_.mark([own.row.name], NEEDS_UPDATE)
        print(say("models_drifted", lang, model=own.row.name, count=len(moved), all=len(own.row.sensors),
                  sensors=", ".join(moved[:4]) + (", ..." if len(moved) > 4 else "")))  # fmt: skip
    share = float(detection.flag.mean())
    key = "models_outcome_flood" if share > FLOOD else "models_outcome"
    events = sum(event.kind != "operating_change" for event in detection.events)
    print(say(key, lang, model=own.row.name, percent=figure(100 * share), count=events))


def _tell_reference(reading: Reading, detection: Detection, lang: str) -> None:
    """What was taken for normal."""
    text, reference = RowText(reading), detection.reference
    start, end = text.first(reference.start), text.last(reference.end - 1)
    rows = reference.end - reference.start
    print(say(f"detect_reference_{reference.reason}", lang, start=start, end=end, rows=rows))
    if rows < FEW:
        print(say("detect_few_rows", lang, rows=rows))


def _report(reading: Reading, detection: Detection, train: TrainRows | None, files: list[Path], lang: str) -> None:
    """A few lines for a person; scripts read the files."""
    text = RowText(reading)
    if train is not None and train.scattered:
        print(say("detect_scattered", lang, rows=detection.reference.end - detection.reference.start))
    for silence in detection.silences:
        start, end = text.first(silence.start), text.last(silence.end)
        print(say(f"detect_silence_{silence.kind}", lang, start=start, end=end))
    for note in detection.notes:
        print(say(f"detect_{note}", lang))
    if all(event.kind == "operating_change" for event in detection.events):
        key = "detect_no_alarm" if detection.departures else "detect_nothing"
        print(say(key, lang, rows=len(reading.row_of)))
    for departure in detection.departures:
        sensors = ", ".join(share.name for share in departure.event.shares[:3])
        start, end = text.first(departure.event.start), text.last(departure.event.end)
        print(say("detect_departure", lang, start=start, end=end, sensors=sensors))
    for event in detection.events[:MOST_LISTED]:
        print(
            say(
                "detect_event",
                lang,
                event=event.number,
                kind=say(f"detect_kind_{event.kind}", lang),
                start=text.first(event.start),
                end=text.last(event.end),
                severity=figure(event.severity),
                sensors=", ".join(f"{s.name} {100 * s.share:.0f}%" for s in event.shares[:3]),
            )
        )
    flagged = int(detection.flag[reading.row_of].sum())
    names = ", ".join(str(file) for file in files)
    print(say("detect_written", lang, rows=len(reading.row_of), flagged=flagged, files=names))
