"""Everything that is sealed: whether the keys open it, and a new key for all values at once, or none."""

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from matcher.store.audit import record
from matcher.store.schema import SEALED
from matcher.store.store import Store, sealer_of, write_key_check

_BLOCK = 1_000


def seal_again(store: Store, actor: str) -> int:
    """Seal every value that an older key sealed with the primary key, and return how many there were.

    One transaction: killed in the middle, every value still opens with the key it had.
    """
    with store.writing() as session:
        resealed = sum(_column(session, index) for index in range(len(SEALED)))
        write_key_check(session)
        record(session, actor, "sealed again", "store", "", values=resealed)
    return resealed


def open_all(session: Session) -> int:
    """Open every sealed value and return how many there are: the only way to know that the keys fit all of them.

    Raises
    ------
    StoreError
        If one does not open, of which the message names the table and column.
    """
    sealer, opened = sealer_of(session), 0
    for table, key, column in SEALED:
        query = select(table.c[key], table.c[column]).where(table.c[column].is_not(None))
        for row_id, sealed in session.execute(query):
            sealer.open(sealed, table.name, column, row_id)
            opened += 1
    return opened


def _column(session: Session, index: int) -> int:
    table, key, column = SEALED[index]
    sealer = sealer_of(session)
    query = select(table.c[key], table.c[column]).where(table.c[column].is_not(None)).with_for_update()
    change = update(table).where(table.c[key] == bindparam("row_id")).values({column: bindparam("sealed")})
    rows = [
        {
            "row_id": row_id,
            "sealed": sealer.seal(sealer.open(old, table.name, column, row_id), table.name, column, row_id),
        }
        for row_id, old in session.execute(query)
        if not sealer.is_current(old)
    ]
    for start in range(0, len(rows), _BLOCK):
        session.execute(change, rows[start : start + _BLOCK])
    return len(rows)
