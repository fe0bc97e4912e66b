"""What a whole section lacks weighs nothing: it stands where the model was centred, not at zero (R122)."""

import numpy as np

from agents.early_alert.features import Inputs
from agents.early_alert.model import RiskModel
from agents.early_alert.signals import SIGNALS


def without_gaps(inputs: Inputs, model: RiskModel) -> Inputs:
    """Return the inputs with every signal that a section shows of nobody put where it contributes nothing."""
    values, medians = inputs.values.copy(), inputs.medians.copy()
    for week in np.unique(inputs.weeks):
        phase = model.phase_at(int(week))
        centres = np.array([phase.centres.get(signal.name, 0.0) for signal in SIGNALS])
        lacking = np.isnan(inputs.raw_medians) & (inputs.weeks == week)[:, np.newaxis]
        for table in (values, medians):
            table[lacking] = np.broadcast_to(centres, table.shape)[lacking]
    return inputs._replace(values=values, medians=medians)
