"""What the stack is made of: each part's command, probe, and what must be done before it counts as ready."""

import asyncio
import sys
from collections.abc import Awaitable, Callable

from infra.stack import guarded_objects, kafka, mailsink, objects, probes, secure, topics
from infra.stack.certificates import authority
from infra.stack.errors import StackError
from infra.stack.private_files import password_in, write_private
from infra.stack.run import RunInfo, service_environment, stack_environment, vendor_environment
from infra.stack.supervisor import Part
from schemas.topics import SERVICES

SERVERS = ("kafka", "ministack", "mail")
BROKERS = ("kafka", "kafka-2", "kafka-3")
"""The second and third only where ports are kept for them."""
OUTSIDE = ("vendor",)
"""A scripted party outside the house, started only when it is named."""
WEB = "web"
"""The console's web server, beside its worker."""
NAMES = (*BROKERS, *SERVERS[1:], *SERVICES, WEB, *OUTSIDE)


def with_what_they_need(names: tuple[str, ...], brokers: int = 1) -> tuple[str, ...]:
    """The parts asked for (none: all), and those they stand on. Raises ``StackError`` for an unknown name."""
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        raise StackError(f"There is no part called {', '.join(unknown)}. The parts are: {', '.join(NAMES)}.")
    wanted = set(names or (*SERVERS, *SERVICES, WEB))
    if WEB in wanted:
        wanted |= {"console"}
    if wanted & set(SERVICES):
        wanted |= set(SERVERS)
    if wanted & set(OUTSIDE):
        wanted |= {"kafka"}
    if "kafka" in wanted:
        wanted |= set(BROKERS[:brokers])
    return tuple(name for name in NAMES if name in wanted)


def part(name: str, run: RunInfo) -> Part:
    """Raises ``StackError`` when the part's program is not installed."""
    others = {"ministack": _ministack, "mail": _mail, WEB: _web, "vendor": _vendor}
    if name in BROKERS:
        return _kafka(name, run)
    return others[name](run) if name in others else _service(name, run)


def _kafka(name: str, run: RunInfo) -> Part:
    data, carriers = run.data / name, topics.carriers_in(run.carriers)
    node = BROKERS.index(name) + 1
    ports = run.ports.brokers[node - 1]

    async def prepare() -> None:
        locks = ""
        if run.secure:
            secure.make_passwords(run.data, (secure.BROKER, *secure.accounts(carriers)))
            authority(run.data).issue(secure.BROKER)
            password_in(run.web_token_file)
            locks = secure.broker_settings(run.data, *ports)
        await kafka.prepare(data, run.ports, locks, node, run.cluster)

    def create_topics() -> None:
        account = secure.client_settings(run.data, secure.BROKER) if run.secure else {}
        topics.ensure(run.kafka, topics.topics_for(run.carriers), **account)
        if run.secure:
            secure.grant(run.kafka, run.data, carriers)

    return Part(
        name=name,
        command=kafka.broker(data),
        environment=stack_environment(run),
        ports=ports,
        prepare=prepare,
        answers=probes.tcp(ports[0]),
        set_up=_in_thread(create_topics) if node == 1 else None,
        stop_seconds=20,
    )


def _ministack(run: RunInfo) -> Part:
    async def prepare() -> None:
        if run.secure:
            guarded_objects.make_keys(run.keys_folder)

    def set_up() -> None:
        objects.set_up(*objects.clients(run))

    return Part(
        name="ministack",
        command=objects.command(run.keys_folder if run.secure else None),
        environment=objects.environment(run.data / "ministack", run.ports.ministack, guarded=run.secure),
        ports=(run.ports.ministack,),
        prepare=prepare,
        answers=probes.http(f"{run.objects_url}/_ministack/health"),
        set_up=_in_thread(set_up),
    )


def _mail(run: RunInfo) -> Part:
    locks: tuple[str, ...] = ()
    if run.secure:
        password = run.secrets / "mail" / f"{mailsink.ACCOUNT}.password"
        certificate = authority(run.data).vouched("mail")
        locks = ("--certificate", str(certificate), "--password-file", str(password))

    async def prepare() -> None:
        if run.secure:
            authority(run.data).issue("mail")
            said = f"{mailsink.ACCOUNT}:{password_in(password)}"
            write_private(run.smtp_url_file, run.smtp_url.replace("//", f"//{said}@"))

    return Part(
        name="mail",
        command=(sys.executable, "-m", "infra.stack.mailsink", str(run.mail), "--port", str(run.ports.mail), *locks),
        environment=stack_environment(run),
        ports=(run.ports.mail,),
        prepare=prepare,
        answers=probes.tcp(run.ports.mail),
    )


def _service(name: str, run: RunInfo) -> Part:
    return Part(
        name=name,
        command=(sys.executable, "-m", f"services.{name}"),
        environment=service_environment(run, name),
        ports=(run.ports.services[name],),
        after=SERVERS,
        answers=probes.http(run.ready_url(name)),
        # A document under way may be finished; what takes longer is done again at the next start.
        stop_seconds=30,
    )


def _web(run: RunInfo) -> Part:
    return Part(
        name=WEB,
        command=(sys.executable, "-m", "services.console.web"),
        environment={**service_environment(run, "console"), **run.account("console")},
        ports=(run.ports.web,),
        after=("console",),
        answers=probes.http(f"{run.console_url}/readyz"),
    )


def _vendor(run: RunInfo) -> Part:
    """Ready as soon as it runs: it has no port, and orders wait for it."""

    async def answers() -> bool:
        return True

    return Part(
        name="vendor",
        command=(sys.executable, "-m", "samples.vendor"),
        environment=vendor_environment(run),
        ports=(),
        after=("kafka",),
        answers=answers,
    )


def _in_thread(work: Callable[[], None]) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        await asyncio.to_thread(work)

    return run
