"""What is shown outside the pages: badges, notifications, the studio, folders."""

from pressrun.errors import BadInputError
from pressrun.protocol.messages.base import Nothing
from pressrun.protocol.messages.gallery import FolderOpen, StudioOpen, StudioOpened
from pressrun.server.office import Office
from pressrun.server.sites import Sites
from pressrun.store.writer import Writer


class Views:
    """Opens the studio and folders, and keeps badges and notifications up to date."""

    def __init__(self, store: Writer, office: Office, sites: Sites) -> None:
        self._store = store
        self._office = office
        self._sites = sites

    async def open_folder(self, asked: FolderOpen) -> Nothing:
        """Show a library's folder in the file manager of the system."""
        raise BadInputError("folder.open is not there yet")

    async def open_studio(self, asked: StudioOpen) -> StudioOpened:
        """Open the studio in a browser that is connected."""
        raise BadInputError("studio.open is not there yet")
