"""Every act that an officer's page offers, in the order in which it offers them; and which of them are open now."""

from tuntas.workspace.forms.answering import (
    AcknowledgeForm,
    AnswerForm,
    ApproveForm,
    ProgressForm,
    QuestionForm,
    SendBackForm,
)
from tuntas.workspace.forms.base import ActForm
from tuntas.workspace.forms.data_wishes import DataWishForm
from tuntas.workspace.forms.handing import (
    AcceptForm,
    ArbitrateForm,
    DisposeForm,
    MergeForm,
    OfferForm,
    RefuseForm,
    UnmergeForm,
)
from tuntas.workspace.forms.holding import HoldForm, ReleaseForm
from tuntas.workspace.forms.overseeing import CloseForm, EscalateForm, ReopenForm
from tuntas.workspace.forms.verifying import (
    AccuseForm,
    AppealForm,
    ArchiveForm,
    AskForm,
    CompleteForm,
    ProtectForm,
    ReferForm,
    VerifyForm,
)
from tuntas.workspace.forms.working_together import AssignForm, BackToPoolForm, DiscussForm
from tuntas.workspace.forms.writing import MessageForm, TranscribeForm
from tuntas.workspace.reading import ReportPage

ACTS: tuple[type[ActForm], ...] = (
    DataWishForm,
    ApproveForm,
    SendBackForm,
    ArbitrateForm,
    AcceptForm,
    RefuseForm,
    AppealForm,
    VerifyForm,
    AskForm,
    CompleteForm,
    DisposeForm,
    AnswerForm,
    ProgressForm,
    QuestionForm,
    AcknowledgeForm,
    MessageForm,
    TranscribeForm,
    DiscussForm,
    AssignForm,
    BackToPoolForm,
    OfferForm,
    MergeForm,
    UnmergeForm,
    ReferForm,
    ArchiveForm,
    ReopenForm,
    EscalateForm,
    CloseForm,
    ProtectForm,
    AccuseForm,
    HoldForm,
    ReleaseForm,
)
BY_NAME = {act.name: act for act in ACTS}
# Rows that another act brings with it: an answer that the head must approve, a refusal that names the next owner.
WITHIN = {"submit": "answer", "offer_on": "refuse"}
# Rows that have a page of their own, where it is said what they mean (workspace.identity, .custody, .jobs).
ELSEWHERE = frozenset(
    {
        "ask_identity", "withdraw_identity", "emergency_identity", "grant_identity", "refuse_identity",
        "review_identity",
        "field_work",
    }
)  # fmt: skip


def open_acts(page: ReportPage) -> list[type[ActForm]]:
    """What this officer may do with this report now: the rows of the timetable, and the facts that they need."""
    return [act for act in ACTS if act.moves & page.move_names and act.applies(page)]
