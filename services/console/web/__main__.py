"""Starts the console's web server: ``python -m services.console.web``."""

import os
import sys

import uvicorn

from services.chassis import logs
from services.chassis.private.vault import open_vault
from services.chassis.shell import utc_now
from services.console.database import SERVICE, open_database
from services.console.settings import ConsoleSettings
from services.console.web.app import create_app


def main() -> None:
    try:
        settings = ConsoleSettings()
        database = open_database(settings, open_vault(settings, SERVICE, at_once=True))
    except Exception as error:
        sys.stderr.write(f"cannot start: {error}\n")
        raise SystemExit(2) from error
    logs.set_up("console", f"console-web-{os.getpid()}", settings.log_level, settings.log_format)
    app = create_app(settings, database, utc_now)
    uvicorn.run(
        app,
        host=settings.console_host,
        port=settings.console_port,
        log_config=None,
        access_log=False,
        server_header=False,
        # An open page's stream never ends by itself.
        timeout_graceful_shutdown=2,
    )


if __name__ == "__main__":
    main()
