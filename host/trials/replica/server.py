"""The site over TLS on 127.0.0.1: pages, files, sends and the page's socket."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, get_args

from aiohttp import web
from pydantic import Field, TypeAdapter, ValidationError

from pressrun.simulator import failures, ledger
from pressrun.simulator.failures import Language
from trials.replica import control, ledger_page, view
from trials.replica.behaviour import Behaviour
from trials.replica.certificate import HOST, Certificate, certificate
from trials.replica.chat import ACCOUNT, Limited, SendRequest, SiteAccount, Upload
from trials.replica.easel import Sketch
from trials.replica.links import PATH, Links
from trials.replica.site import ReplicaSite
from trials.replica.tab import ServedTab, history

COOKIE = "replica_account"
"""The cookie that names the browser's account."""

AUTHOR = "author"
"""Who a browser is that has no cookie yet; `/?replica-account=NAME` makes it somebody else."""

_PAGE = Path(__file__).parent / "page"
_SEND_BYTES = 1024 * 1024
_UPLOAD_BYTES = 20 * 1024 * 1024
_WISH_BYTES = 64 * 1024
_SWITCH = "replica-"
_WHO = "replica-account"
_LONGEST = 1000
_NAME = 20
_DIGITS = 9  # more than any account has conversations
_MONTH = 30 * 24 * 3600
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    f"connect-src 'self' blob: wss://{HOST}; form-action 'self'; base-uri 'none'; "
    "frame-src 'self'; frame-ancestors 'self'"
)

_site = web.AppKey("site", ReplicaSite)
_links = web.AppKey("links", Links)
_sockets: web.AppKey[set[web.WebSocketResponse]] = web.AppKey("sockets")
_tabs: web.AppKey[set[ServedTab]] = web.AppKey("tabs")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Replica:
    """A replica that listens."""

    port: int
    certificate: Certificate
    site: ReplicaSite

    @property
    def url(self) -> str:
        """Where it listens, for clients that know nothing of the host mapping."""
        return f"https://127.0.0.1:{self.port}"

    @property
    def spki(self) -> str:
        """The key hash for ``--ignore-certificate-errors-spki-list``."""
        return self.certificate.spki

    @property
    def ledger(self) -> Path:
        """The ledger's file."""
        return self.site.folder / ledger.NAME

    @property
    def behaviour(self) -> Behaviour:
        """How the site behaves towards what comes next; turns under way keep their course."""
        return self.site.behaviour

    def behave(self, behaviour: Behaviour) -> None:
        """Swap the behaviour."""
        self.site.behaviour = behaviour

    def switch(self, account: str, switches: Mapping[str, object]) -> None:
        """Set what is otherwise for one account.

        Raises:
            ValueError: There is no such switch, or no such setting of one.
        """
        self.site.behaviour.but(switches)
        self.site.account(account).switches = dict(switches)

    def chromium_flags(self) -> list[str]:
        """Return what makes Chromium take this replica for the site, and reach no other."""
        rules = f"MAP {HOST} 127.0.0.1:{self.port}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        return [
            f"--host-resolver-rules={rules}",
            f"--ignore-certificate-errors-spki-list={self.spki}",
        ]


@contextlib.asynccontextmanager
async def serving(
    folder: Path, behaviour: Behaviour | None = None, *, port: int = 0
) -> AsyncIterator[Replica]:
    """Serve the site from a folder that remembers it, on a free port unless one is given."""
    identified, site = _prepared(folder, behaviour or Behaviour())
    runner = web.AppRunner(_application(site), access_log=None, shutdown_timeout=0.5)
    try:
        await runner.setup()
        listener = web.TCPSite(runner, "127.0.0.1", port, ssl_context=identified.server_context())
        await listener.start()
        await site.open()
        yield Replica(runner.addresses[0][1], identified, site)
    finally:
        await runner.cleanup()
        await site.close()


def _prepared(folder: Path, behaviour: Behaviour) -> tuple[Certificate, ReplicaSite]:
    folder.mkdir(parents=True, exist_ok=True)
    return certificate(folder), ReplicaSite(folder, behaviour)


def _application(site: ReplicaSite) -> web.Application:
    app = web.Application(middlewares=[_headers], client_max_size=_SEND_BYTES)
    app[_site] = site
    app[_links] = Links()
    app[_sockets] = set()
    app[_tabs] = set()
    app.on_shutdown.append(_hang_up)
    app.router.add_get("/", _page)
    app.router.add_get("/c/{conversation}", _page)
    app.router.add_get("/g/{project}/c/{conversation}", _page)
    app.router.add_get("/g/{project}/project", _page)
    app.router.add_get("/chat/{conversation}", _page)
    app.router.add_get("/u/{number}/c/{conversation}", _page)
    app.router.add_get("/assets/{name}", _asset)
    app.router.add_get("/ads/{name}.png", _advert)
    app.router.add_get("/backend-api/socket", _socket)
    app.router.add_get("/backend-api/conversations", _conversations)
    app.router.add_post("/backend-api/conversation", _send)
    app.router.add_post("/backend-api/conversation/{turn}/again", _again)
    app.router.add_post("/backend-api/files", _upload)
    app.router.add_get("/backend-api/files/{file}", _link)
    app.router.add_get(PATH, _file)
    app.router.add_get("/replica/ledger", _ledger)
    app.router.add_get("/replica/", _control)
    app.router.add_get("/replica/behaviour", _shown_behaviour)
    app.router.add_post("/replica/behaviour", _behave)
    app.router.add_post("/replica/conversation", _furnish)
    app.router.add_post("/replica/chat", _act)
    app.router.add_post("/replica/project", _found)
    return app


@web.middleware
async def _headers(request: web.Request, handler: Handler) -> web.StreamResponse:
    response = await handler(request)
    if not response.prepared:
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
    return response


async def _hang_up(app: web.Application) -> None:
    await asyncio.gather(*(socket.close(code=1012) for socket in app[_sockets].copy()))


def _account(request: web.Request) -> SiteAccount:
    name = request.cookies.get(COOKIE, "")
    if not ACCOUNT.fullmatch(name):
        raise web.HTTPUnauthorized(text="Your session has expired.")
    return request.app[_site].account(name)


def _switches(request: web.Request) -> dict[str, object]:
    """What an address sets otherwise, as ``?replica-shell=B``."""
    return {
        name.removeprefix(_SWITCH).replace("-", "_"): value
        for name, value in request.query.items()
        if name.startswith(_SWITCH) and name != _WHO
    }


def _behaviour(request: web.Request, account: SiteAccount) -> Behaviour:
    try:
        return request.app[_site].behaviour_for(account, _switches(request))
    except ValueError as error:
        raise web.HTTPBadRequest(text=_wrong(error)) from None


def _wrong(error: ValueError) -> str:
    """Say which switch is wrong, and why."""
    if not isinstance(error, ValidationError):
        return str(error)
    faults = error.errors(include_url=False)
    return "\n".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in faults)


async def _page(request: web.Request) -> web.StreamResponse:
    site = request.app[_site]
    wanted = request.query.get(_WHO)
    if wanted is not None:
        if not ACCOUNT.fullmatch(wanted):
            raise web.HTTPBadRequest(text="This is not a valid account name.")
        account = site.account(wanted)
        if switches := _switches(request):
            _behaviour(request, account)
            account.switches = switches
        return _signed_in(web.Response(status=302, headers={"Location": "/"}), wanted)
    name = request.cookies.get(COOKIE, "")
    account = site.account(name if ACCOUNT.fullmatch(name) else AUTHOR)
    behaviour = _behaviour(request, account)
    account.pages += 1
    of = (account.name, account.pages)
    await asyncio.sleep(behaviour.seconds(behaviour.page_seconds, "page", *of))
    if behaviour.challenge:
        text = (_PAGE / "challenge.html").read_text()
    else:
        text = _built(behaviour, view.drawn(behaviour, *of), account.sent)
    response = web.Response(
        text=text, content_type="text/html", status=403 if behaviour.challenge else 200
    )
    return _signed_in(response, account.name)


def _built(behaviour: Behaviour, build: view.Build, sent: int) -> str:
    visit = json.dumps(view.visit(behaviour, build, sent)).replace("<", "\\u003c")
    direction = "rtl" if build.language == "ar" else "ltr"
    page = (_PAGE / "page.html").read_text()
    language = f'lang="{build.language}" dir="{direction}"'
    return page.replace('lang="en"', language).replace("{}", visit)


def _signed_in(response: web.Response, name: str) -> web.Response:
    response.set_cookie(
        COOKIE, name, max_age=_MONTH, secure=True, httponly=True, samesite="Lax", path="/"
    )
    return response


_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


async def _asset(request: web.Request) -> web.StreamResponse:
    path = _PAGE / Path(request.match_info["name"]).name
    kind = _TYPES.get(path.suffix)
    if kind is None or not path.is_file():
        raise web.HTTPNotFound
    return web.Response(text=path.read_text(), content_type=kind)


async def _socket(request: web.Request) -> web.StreamResponse:
    account = _account(request)
    _behaviour(request, account)
    socket = web.WebSocketResponse(heartbeat=30, max_msg_size=_WISH_BYTES)
    await socket.prepare(request)
    request.app[_sockets].add(socket)
    site = request.app[_site]
    switches = _switches(request)
    tab = ServedTab(
        site,
        request.app[_links],
        account,
        lambda: site.behaviour_for(account, switches),
        socket,
    )
    request.app[_tabs].add(tab)
    try:
        await tab.serve()
    finally:
        request.app[_tabs].discard(tab)
        request.app[_sockets].discard(socket)
    return socket


async def _conversations(request: web.Request) -> web.StreamResponse:
    offset = request.query.get("offset", "0")
    if not (offset.isascii() and offset.isdecimal() and len(offset) < _DIGITS):
        raise web.HTTPBadRequest
    return web.json_response(history(request.app[_site], _account(request), int(offset)))


async def _send(request: web.Request) -> web.StreamResponse:
    account = _account(request)
    try:
        order = SendRequest.model_validate_json(await _body(request, _SEND_BYTES))
    except ValidationError as error:
        raise web.HTTPBadRequest(text=str(error)) from None
    return _submit(request, account, order)


async def _again(request: web.Request) -> web.StreamResponse:
    account = _account(request)
    try:
        order = request.app[_site].again(account, request.match_info["turn"])
    except LookupError:
        raise web.HTTPNotFound from None
    return _submit(request, account, order)


def _submit(request: web.Request, account: SiteAccount, order: SendRequest) -> web.StreamResponse:
    behaviour = _behaviour(request, account)
    if behaviour.signed_out or "G" in behaviour.shell:
        refusal = failures.SIGNED_OUT
        notice = {"kind": refusal.kind, "title": refusal.title, "text": refusal.text}
        return web.json_response({"notice": notice}, status=401)
    try:
        turn = request.app[_site].submit(account, order, behaviour, _language(request))
    except LookupError:
        raise web.HTTPNotFound from None
    except Limited as limited:
        return web.json_response({"notice": view.limit(limited.limit)}, status=429)
    for tab in request.app[_tabs]:
        tab.counted(account)
    return web.json_response({"conversation": turn.conversation.id, "turn": turn.id})


def _language(request: web.Request) -> Language:
    """The language of the page that asks."""
    asked = request.query.get("language")
    return next((each for each in get_args(Language) if each == asked), "en")


async def _upload(request: web.Request) -> web.StreamResponse:
    account = _account(request)
    behaviour = _behaviour(request, account)
    data = await _body(request, _UPLOAD_BYTES)
    if not data:
        raise web.HTTPBadRequest(text="The file is empty.")
    site = request.app[_site]
    known = site.files.has(account.name, data)
    try:
        file = site.upload(account, data, behaviour, _language(request))
    except Limited as limited:
        return web.json_response({"alert": limited.limit.text}, status=429)
    return web.json_response({"file": file, "known": known})


async def _link(request: web.Request) -> web.StreamResponse:
    """Sign a link to a file that a draft has kept."""
    file_id = request.match_info["file"]
    file = request.app[_site].files.known.get(file_id)
    if file is None or file.account != _account(request).name:
        raise web.HTTPNotFound
    return web.json_response({"src": request.app[_links].link(file_id, time.time())})


async def _advert(request: web.Request) -> web.StreamResponse:
    """Draw a picture that is nobody's: no prompt made it, and the ledger does not know it."""
    name = request.match_info["name"]
    sketch = Sketch(f"An advertisement, {name[:_NAME]}", 1, (768, 768), 0)
    data = await request.app[_site].easel.picture(sketch)
    return web.Response(body=data, content_type="image/png")


async def _file(request: web.Request) -> web.StreamResponse:
    account, site = _account(request), request.app[_site]
    file_id, ts, sig = (request.query.get(name, "") for name in ("id", "ts", "sig"))
    file = site.files.known.get(file_id)
    if (
        file is None
        or file.account != account.name
        or not request.app[_links].holds(
            file_id, ts, sig, now=time.time(), seconds=site.behaviour.link_seconds
        )
    ):
        raise web.HTTPForbidden(text="This link has expired or is not valid.")
    if isinstance(file.content, Upload):
        data, kind = await asyncio.to_thread(file.content.path.read_bytes), file.content.type
    else:
        data, kind = await site.easel.picture(file.content), "image/png"
    return web.Response(body=data, content_type=kind)


async def _ledger(request: web.Request) -> web.StreamResponse:
    path = request.app[_site].folder / ledger.NAME
    text = ledger_page.html(await asyncio.to_thread(ledger.read, path))
    return web.Response(text=text, content_type="text/html")


async def _control(_: web.Request) -> web.StreamResponse:
    return web.Response(text=(_PAGE / "control.html").read_text(), content_type="text/html")


async def _shown_behaviour(request: web.Request) -> web.StreamResponse:
    site = request.app[_site]
    name = request.query.get("account", "")
    account = site.account(name) if ACCOUNT.fullmatch(name) else None
    shown = site.behaviour if account is None else site.behaviour_for(account)
    return web.json_response({"groups": control.groups(shown), "accounts": sorted(site.accounts)})


async def _behave(request: web.Request) -> web.StreamResponse:
    """Set switches, of the site or of one account, and have the open pages show it."""
    site = request.app[_site]
    try:
        order = control.SwitchRequest.model_validate_json(await _body(request, _SEND_BYTES))
        if order.account is None:
            site.behaviour = (Behaviour() if order.afresh else site.behaviour).but(order.switches)
        else:
            account = site.account(order.account)
            switches = {} if order.afresh else account.switches
            site.behaviour.but(switches | order.switches)
            account.switches = switches | order.switches
    except ValueError as error:
        raise web.HTTPBadRequest(text=_wrong(error)) from None
    for tab in request.app[_tabs]:
        tab.reload()
    return web.Response(status=204)


async def _furnish(request: web.Request) -> web.StreamResponse:
    """Give the browser's account a long conversation."""
    turns = request.query.get("turns", "200")
    if not (turns.isascii() and turns.isdecimal() and 1 <= int(turns) <= _LONGEST):
        raise web.HTTPBadRequest(text=f"Choose from 1 to {_LONGEST} turns.")
    conversation = await request.app[_site].furnish(_account(request), int(turns))
    return web.json_response({"conversation": conversation.id})


_chat_requests: TypeAdapter[control.ChatRequest] = TypeAdapter(
    Annotated[control.ChatRequest, Field(discriminator="act")]
)


async def _act(request: web.Request) -> web.StreamResponse:
    """Do to a chat what its author does on another device."""
    try:
        asked = _chat_requests.validate_json(await _body(request, _SEND_BYTES))
        control.act(request.app[_site], asked)
    except ValidationError as error:
        raise web.HTTPBadRequest(text=_wrong(error)) from None
    except LookupError:
        raise web.HTTPNotFound from None
    return web.Response(status=204)


async def _found(request: web.Request) -> web.StreamResponse:
    """Give an account a project, and tell its address."""
    try:
        asked = control.ProjectRequest.model_validate_json(await _body(request, _SEND_BYTES))
    except ValidationError as error:
        raise web.HTTPBadRequest(text=_wrong(error)) from None
    if not ACCOUNT.fullmatch(asked.account):
        raise web.HTTPBadRequest(text="This is not a valid account name.")
    site = request.app[_site]
    project = site.found(site.account(asked.account), asked.name)
    return web.json_response({"project": project.id, "path": project.path})


async def _body(request: web.Request, most: int) -> bytes:
    data = bytearray()
    async for piece in request.content.iter_any():
        data += piece
        if len(data) > most:
            raise web.HTTPRequestEntityTooLarge(max_size=most, actual_size=len(data))
    return bytes(data)
