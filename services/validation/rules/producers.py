"""Rules on the agent: who it is, and may this agent sell this here, as of the signed date: V-50 to V-55."""

from collections.abc import Iterator
from decimal import Decimal

from schemas.codes import AppointmentClockKind, ReasonCode, Severity
from schemas.licensing import ProducerRecord
from services.validation.can_sell import (
    AppointmentAnswer,
    AppointmentStatus,
    Sale,
    appointment_for,
    in_force,
    license_for,
    life_licenses,
    missing_training,
)
from services.validation.rule import Fault, rule
from services.validation.rule_input import RuleInput
from services.validation.wording import days_left, in_words, listed, per_cent

_CODE, _NPN, _SPLIT = "agent_report.agent_code", "agent_report.npn", "agent_report.split_percent"
_READS = ("agent_report", "signatures.application", "forms")


@rule(
    "V-50",
    Severity.BLOCK,
    ReasonCode.APPLICATION_ISSUE,
    reads=_READS,
    basis="carriers' guides on managing cases; the producer directory",
)
def writing_agent_is_known(case: RuleInput) -> Iterator[Fault]:
    """The writing agent is on file, by agent code or NPN; that the directory is empty is said once."""
    if case.standing is None:
        return
    if not case.standing.is_loaded:
        yield Fault(
            _agent_at(case),
            "the producer directory is empty, so nobody looked whether the agent may sell this. "
            "Once the licensing desk has imported the agent, the agent's open applications are judged again.",
            label="Agent",
            reason=ReasonCode.OTHER,
            severity=Severity.WARN,
        )
        return
    report, at = case.application.agent_report, _agent_at(case)
    by_code, by_npn = case.standing.by_code(report.agent_code), case.standing.by_npn(report.npn)
    if by_code and report.npn and by_code != by_npn:
        yield Fault(
            _NPN,
            "agent code and NPN are not those of the same agent on file. Check both; the agent corrects and initials.",
            reason=ReasonCode.NEED_CLARITY,
            severity=Severity.BLOCK if by_npn else Severity.NIGO,
        )
    elif case.writing_agent is None and not (report.agent_code or report.npn or case.standing.dropped_by):
        if case.asks(at):
            yield Fault(
                at,
                "it cannot be told which agent wrote this. Write agent code and NPN.",
                reason=ReasonCode.INCOMPLETE_FORM,
            )
    elif case.writing_agent is None:
        yield Fault(
            at,
            "no producer on file has this agent code or NPN. Correct them, or have the licensing desk enter the agent.",
        )


def _agent_at(case: RuleInput) -> str:
    return _NPN if case.asks(_NPN) and not case.asks(_CODE) else _CODE


def _writing(case: RuleInput) -> tuple[ProducerRecord, Sale] | None:
    """Who sold, and what; ``None`` when the directory, V-50 or the signature rules have to speak first."""
    agent, sale = case.writing_agent, case.sale
    return (agent, sale) if agent and sale else None


def _place(case: RuleInput) -> str:
    return f"signatures.application.{case.signed_by}.state"


@rule(
    "V-51",
    Severity.BLOCK,
    ReasonCode.APPLICATION_ISSUE,
    reads=_READS,
    basis="states' licensing laws: licensed where and before the application is signed",
)
def agent_is_licensed(case: RuleInput) -> Iterator[Fault]:
    """On the signed date the agent has a life licence of the state in which the application is signed."""
    writing = _writing(case)
    if writing is None or license_for(writing[0], writing[1].state, writing[1].signed_on):
        return
    agent, sale = writing
    yield Fault(_place(case), _unlicensed(agent, sale))


def _unlicensed(agent: ProducerRecord, sale: Sale) -> str:
    held, signed = life_licenses(agent, sale.state), sale.signed_on
    began_later = [each for each in held if each.effective_from > signed]
    ended = [each.effective_to for each in held if each.effective_to and each.effective_to < signed]
    if began_later:
        since = in_words(began_later[0].effective_from)
        return (
            f"the life licence of {agent.name} in {sale.state} began on {since}, after the signing. "
            "Have a new application signed on a day when the licence was in force."
        )
    if ended:
        return (
            f"the life licence of {agent.name} in {sale.state} ended on {in_words(max(ended))}, before the signing. "
            "If it was renewed, send the licensing desk the proof; else a licensed agent takes a new application."
        )
    return (
        f"{agent.name} has no life licence in {sale.state}. If there is one, send the licensing desk the proof; "
        "else a licensed agent takes a new application."
    )


@rule(
    "V-52",
    Severity.BLOCK,
    ReasonCode.CONTACT_CARRIER,
    reads=_READS,
    basis="the carrier's table of appointment clocks by state",
)
def agent_is_appointed(case: RuleInput) -> Iterator[Fault]:
    """The agent is appointed on the signed date, or the clock of the state, as the carrier reads it, still runs."""
    writing = _writing(case)
    if writing is None:
        return
    answer = appointment_for(*writing)
    if answer.status is AppointmentStatus.APPOINTED:
        return
    light = answer.status in (AppointmentStatus.CLOCK_OPEN, AppointmentStatus.CLOCK_UNKNOWN)
    yield Fault(
        _place(case),
        _unappointed(*writing, answer),
        severity=Severity.WARN if light else None,
    )


def _unappointed(agent: ProducerRecord, sale: Sale, answer: AppointmentAnswer) -> str:
    who = f"{agent.name} was not appointed with {sale.carrier.file.name} in {sale.state} on the day of the signing"
    if answer.status is AppointmentStatus.CLOCK_UNKNOWN or answer.clock is None or answer.last_day is None:
        if answer.status is AppointmentStatus.NEEDED_BEFORE:
            return (
                f"{who}, and {sale.state} wants the appointment before. Have the agent appointed, "
                "then take a new application with a later date."
            )
        return (
            f"{who}, and the carrier's table does not say what {sale.state} wants. "
            "Ask the carrier before this is submitted."
        )
    since = "signing" if answer.clock.clock is AppointmentClockKind.FROM_WRITTEN else "receipt"
    clock = f"{answer.clock.days} days from the {since}"
    if answer.status is AppointmentStatus.CLOCK_OPEN:
        left = days_left(answer.days_left or 0)
        return (
            f"{who}. The state's clock of {clock} runs until {in_words(answer.last_day)}{left}. "
            "Have the appointment made by then."
        )
    return (
        f"{who}, and the state's clock of {clock} ran out on {in_words(answer.last_day)}. "
        "Ask the carrier whether it takes the application; else take a new one after the appointment."
    )


@rule(
    "V-53",
    Severity.NIGO,
    ReasonCode.CONTACT_CARRIER,
    reads=_READS,
    basis="the carrier's training requirements",
)
def agent_is_trained(case: RuleInput) -> Iterator[Fault]:
    """The courses that the carrier asks for were complete, and had not expired, on the signed date."""
    writing = _writing(case)
    missing = missing_training(*writing) if writing else ()
    if writing and missing:
        courses = listed([course.name for course in missing])
        yield Fault(
            _agent_at(case),
            f"{writing[0].name} lacked training on the day of the signing: {courses}. "
            "Complete it, send the licensing desk the proof, and ask the carrier whether a new signature is needed.",
        )


@rule(
    "V-54",
    Severity.NIGO,
    ReasonCode.INCOMPLETE_FORM,
    reads=(_SPLIT,),
    basis="the open IRI status specification; the form has one agent's share",
)
def commission_is_shared_out(case: RuleInput) -> Iterator[Fault]:
    """The commission shares on the form make 100 per cent; a share that is left out is the whole."""
    share = case.application.agent_report.split_percent
    if share is None or share == Decimal(100):
        return
    yield Fault(
        _SPLIT,
        f"the commission shares make {per_cent(share)}, not 100 %. "
        "Name every agent with the share, or give the writing agent 100 %.",
    )


@rule(
    "V-55",
    Severity.WARN,
    ReasonCode.CONTACT_CARRIER,
    reads=_READS,
    basis="carriers' contracting requirements",
)
def agent_is_insured(case: RuleInput) -> Iterator[Fault]:
    """The agent's errors-and-omissions cover was in force on the signed date."""
    writing = _writing(case)
    if writing and in_force(writing[0].errors_and_omissions, writing[1].signed_on) is None:
        yield Fault(
            _agent_at(case),
            f"no errors-and-omissions cover of {writing[0].name} is on file for the day of the signing. "
            "Send the licensing desk the certificate.",
        )
