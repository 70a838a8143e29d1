"""Files of a caster's day with few columns: quick to learn a model from."""

import pandas as pd

from workers.simulator import simulate, write

COLUMNS = ["casting_speed [m/min]", "casting_speed_set [m/min]", "stopper_position [mm]", "mould_level [mm]",
           "S8_upper_current [A]", "S9_upper_current [A]"]  # fmt: skip


def narrow_files(folder, rows):
    """normal.csv and bad.csv, in which the stopper clogs, of the same day."""
    for name, fault in (("normal", "normal"), ("bad", "stopper_clogging")):
        path = folder / f"{name}.csv"
        write(simulate(fault, rows, 11), path)
        pd.read_csv(path)[["time", *COLUMNS]].to_csv(path, index=False)
