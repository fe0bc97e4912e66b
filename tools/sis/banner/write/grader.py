"""Carries attested grades to Banner through Ethos, one submission per student. Only the gate holds one.

Safe to repeat: a grade that Banner holds already is not sent, and after a lost answer what Banner holds decides. What
one student's grade met never hides what became of the others (R95).
"""

from collections.abc import Mapping, Sequence

from domain.changes import Change
from domain.errors import RecordLocked, TransientError
from domain.ids import ChangeId
from domain.ports import Capabilities, Receipt
from tools.sis.banner.records.desk import Desk
from tools.sis.banner.write.batch import Batch, doubt
from tools.wire import WireClient


class BannerGrader:
    """Enters grades in one Banner with the writing application's key (domain.ports.Applier).

    ``client`` writes; ``desk`` reads with the reading application, before and, where an answer was lost, after.
    """

    def __init__(self, client: WireClient, desk: Desk) -> None:
        self._client, self._desk = client, desk

    def capabilities(self) -> Capabilities:
        """Say which kinds of change can be made here."""
        return Capabilities(system="banner", version="ethos", reads=frozenset(), writes=frozenset({"post_grade"}))

    def apply(self, changes: Sequence[Change]) -> Mapping[ChangeId, Receipt]:
        """Submit the grades in order; one receipt for each that got an answer, a refusal with Banner's own code.

        A locked record is no refusal: it gets an uncertain receipt, which the gate tries again. Raises RecordLocked or
        another TransientError where certainly nothing was done, and ConfigurationError where the key may not write.
        """
        batch = Batch(self._client, self._desk, changes)
        receipts: dict[ChangeId, Receipt] = {}
        untouched: TransientError | None = None
        for change in changes:
            try:
                receipts[change.change_id] = batch.post(change)
            except RecordLocked as locked:
                untouched = locked
            except TransientError as failed:
                untouched = failed
                break
        if untouched is None:
            return receipts
        if not receipts:
            raise untouched
        left = [change for change in changes if change.change_id not in receipts]
        return receipts | {change.change_id: doubt(change, untouched) for change in left}
