"""Where the twins stand: `/twins/directory`, `/twins/finance` and `/twins/pipeline`, each open to faults."""

from sandbox.faulty_door import FaultyDoor, WsgiApp
from sandbox.twins.directory.door import DIRECTORY
from sandbox.twins.door import twin_app
from sandbox.twins.finance.door import FINANCE
from sandbox.twins.pipeline.door import PIPELINE
from sandbox.world import World


def twin_doors(world: World) -> dict[str, WsgiApp]:
    """The WSGI applications by the path that leads to them."""
    return {
        f"/twins/{twin.service}": FaultyDoor(twin_app(world, twin), world.faults, twin.service)
        for twin in (DIRECTORY, FINANCE, PIPELINE)
    }
