"""The server itself: what one client session consists of, and how it is put together when the client says hello."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from lsprotocol import types
from msgspec.structs import asdict, replace
from pygls.lsp.server import LanguageServer

from initls import __version__, rulebook
from initls.findings import Severity
from initls.server import features, lifetime, logs, preferences
from initls.server.analyses import Analyses
from initls.server.client import Client
from initls.server.convert import Wire
from initls.server.documents import LANGUAGE, Documents
from initls.server.features.mistakes import Mistakes
from initls.server.features.report import Reports
from initls.server.orders import Orders
from initls.server.params import folders
from initls.server.policy import Policy
from initls.server.preferences import Preferences
from initls.server.protocol import Protocol
from initls.server.transport import Writer
from initls.server.worker import Worker

if TYPE_CHECKING:
    from initls.check import Checker

log = logging.getLogger(__name__)

H = TypeVar("H", bound=Callable[..., Any])

NOTEBOOKS = types.NotebookDocumentSyncOptions(
    notebook_selector=[
        types.NotebookDocumentFilterWithNotebook(notebook="*", cells=[types.NotebookCellLanguage(language=LANGUAGE)]),
    ],
    save=True,
)
"""Of which notebooks we want to know: of any that has a cell of Python, and then of these cells."""


class Server(LanguageServer):
    """One session with one client. All of its state belongs to the event loop's thread."""

    protocol: Protocol

    documents: Documents
    analyses: Analyses
    client: Client
    wire: Wire
    preferences: Preferences
    folders: tuple[Path, ...]
    mistakes: Mistakes
    reports: Reports
    client_commands: frozenset[str]
    """The commands that the client can run for us, as it says when it starts us."""
    trace: object
    """How much the client wants to be told of what is done, as it says so."""

    def __init__(self, writer: Writer, worker: Worker, make_checker: Callable[[], Checker]) -> None:
        super().__init__(
            "initls",
            __version__,
            text_document_sync_kind=types.TextDocumentSyncKind.Incremental,
            notebook_document_sync=NOTEBOOKS,
            protocol_cls=Protocol,
            max_workers=1,
        )
        self.writer = writer
        self.client_name = ""
        self.stopped: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._worker = worker
        self._make_checker = make_checker
        self._folder: Path | None = None
        self._options: dict[str, Any] = {}
        self.protocol.set_writer(writer)

    def meet(self, params: dict[str, Any]) -> None:
        """Get to know the client by its parameters of `initialize`, and make ready what suits it."""
        self.client = Client.of(params.get("capabilities"))
        about = params.get("clientInfo")
        named = (about.get("name"), about.get("version")) if isinstance(about, dict) else ()
        self.client_name = " ".join(word for word in named if isinstance(word, str))
        self.folders = folders(params.get("workspaceFolders")) or folders([{"uri": params.get("rootUri")}])
        self._folder = self.folders[0] if self.folders else None
        options = params.get("initializationOptions")
        settings = options.get("settings") if isinstance(options, dict) else None
        self._options = settings if isinstance(settings, dict) else {}
        commands = options.get("commands") if isinstance(options, dict) else None
        known = commands if isinstance(commands, list) else []
        self.client_commands = frozenset(name for name in known if isinstance(name, str))
        self.trace = params.get("trace")
        logs.log_to_client(self.protocol.tell)
        self.preferences = self._read_preferences(self._options)
        if self.preferences.encoding is not None:
            self.client = replace(self.client, encoding=self.preferences.encoding)
        self.wire = Wire(self.client)
        self.mistakes = Mistakes(self, Severity.ERROR)
        self.documents = Documents(self.client.encoding)
        self.analyses = Analyses(
            self.documents, self._make_checker, self._worker, self._policy(), self.wire.diagnostics
        )
        for feature in features.suiting(self.client, self.preferences):
            feature.register(self)
        pid = params.get("processId")
        if isinstance(pid, int) and not isinstance(pid, bool):
            loop = asyncio.get_running_loop()
            lifetime.watch_process(pid, lambda: loop.call_soon_threadsafe(self.stop, 1))
        # Behind the answer, which would else have to share the interpreter with it.
        asyncio.get_running_loop().call_soon(self.analyses.prepare)

    def prefer(self, settings: dict[str, Any]) -> None:
        """Obey the editor's `settings` from now on, on top of those that it started us with."""
        wanted = self._read_preferences({**self._options, **settings})
        if wanted != self.preferences:
            self.preferences = wanted
            self.mistakes.show(())
            self.analyses.follow(self._policy())

    def offer(self, method: str, options: object = None) -> Callable[[H], H]:
        """Have the decorated function handle `method`, and announce it; it gets the server and the raw parameters."""

        def decorate(handler: H) -> H:
            self.protocol.direct[method] = partial(handler, self)
            self.protocol.fm.feature(method, options)(handler)
            return handler

        return decorate

    def client_abilities(self) -> dict[str, Any]:
        """What the client can do, as far as it makes a difference."""
        return asdict(self.client)

    def preferences_told(self) -> dict[str, Any]:
        """What the user has set in the editor; defaults with them."""
        return asdict(self.preferences)

    def change_folders(self, gone: tuple[Path, ...], new: tuple[Path, ...]) -> None:
        """Take note of folders that the client has closed and opened."""
        self.folders = tuple(dict.fromkeys([*(one for one in self.folders if one not in gone), *new]))
        self.analyses.follow(self._policy())

    def orders(self) -> Orders:
        """What holds for those who look at files that are not open."""
        return Orders(self._make_checker, self.client, self.preferences, self._folder, self.folders)

    def hang_up(self) -> None:
        """End the session because nothing more will come from the client."""
        self.stop(0 if self.protocol.said_goodbye else 1)

    def stop(self, status: int) -> None:
        """End the session, and with it the process."""
        if not self.stopped.done():
            self.stopped.set_result(status)

    def report_server_error(self, error: Exception, source: type[Exception]) -> None:
        """Log what pygls would pop up in the user's face."""
        log.error("%s: %s", source.__name__, error)

    def _read_preferences(self, settings: dict[str, Any]) -> Preferences:
        wanted, complaints = preferences.read(settings, rulebook.all_codes())
        logs.set_level(wanted.log_level)
        for complaint in complaints:
            log.error("%s", complaint)
        return wanted

    def _policy(self) -> Policy:
        loop = asyncio.get_running_loop()
        return Policy(
            self.preferences,
            rulebook.all_codes(),
            self._folder,
            self.folders,
            lambda mistakes: loop.call_soon_threadsafe(self.mistakes.show, mistakes),
        )
