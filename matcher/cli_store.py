"""The commands that look after the store; `matcher.cli` adds them to its own."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from matcher.config import read_settings
from matcher.console import ERRORS, OUTPUT, print_problems, progress_bar
from matcher.services import clinic_data, privacy, upkeep

JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]

client_app = typer.Typer(no_args_is_help=True, help="What one client may ask for: everything held, or nothing.")
audit_app = typer.Typer(no_args_is_help=True, help="The log of who did and saw what.")


def import_(folder: Annotated[Path, typer.Argument(help="A clinic folder.")], as_json: JsonOption = False) -> None:
    """Load a clinic folder into the store: all of its usable rows or nothing, known ids updated."""
    with progress_bar() as bar:
        task = bar.add_task(f"Reading {folder.name}", total=None)

        def show(done: int, total: int) -> None:
            bar.update(task, description="Loading", completed=done, total=total)

        imported = clinic_data.import_folder(read_settings(), folder, show)
    print_problems(imported.problems, folder / "problems.csv")
    if imported.raised:
        ERRORS.print(f"{imported.raised} told of danger and are on top of the enquiries now: call them first.")
    counts = asdict(imported.counts)
    if as_json:
        OUTPUT.print_json(json.dumps(counts))
        return
    for name, table in counts.items():
        OUTPUT.print(f"{name}: {table['added']} added, {table['changed']} changed, {table['unchanged']} unchanged")


def export(folder: Annotated[Path, typer.Argument(help="Where the clinic folder goes.")]) -> None:
    """Write the store as a clinic folder that imports again unchanged."""
    clinic = clinic_data.export_folder(read_settings(), folder)
    rows = f"{len(clinic.therapists)} therapists, {len(clinic.clients)} clients, {len(clinic.episodes)} episodes"
    OUTPUT.print(f"Written to {folder}: {rows}. What clients wrote stands in it in the clear.", markup=False)


def rotate_key(
    forget_old: Annotated[
        bool, typer.Option("--forget-old", help="Remove the old keys: earlier backups can then not be restored.")
    ] = False,
) -> None:
    """Make a new key and seal everything again with it; restart the web app afterwards."""
    sealed = upkeep.rotate_key(read_settings(), forget_old=forget_old)
    OUTPUT.print(f"{sealed} values sealed again with a new key. Keep a copy of the key file away from the store.")


def backup(file: Annotated[Path, typer.Argument(help="Where the backup goes.")], as_json: JsonOption = False) -> None:
    """Write an encrypted backup of one moment, while others go on working."""
    report = upkeep.backup(read_settings(), file)
    if as_json:
        OUTPUT.print_json(json.dumps(asdict(report)))
    else:
        OUTPUT.print(f"{report.rows} rows in {file}. It opens only with the key file: keep both, apart.", markup=False)


def restore(file: Annotated[Path, typer.Argument(help="A backup.")], as_json: JsonOption = False) -> None:
    """Make the store of a backup, where there is none."""
    report = upkeep.restore(read_settings(), file)
    if as_json:
        OUTPUT.print_json(json.dumps(asdict(report)))
    else:
        OUTPUT.print(f"{report.rows} rows restored, as they were at {report.made_at}.", markup=False)


def purge() -> None:
    """Remove what is past its time: enquiries that led to no work with a therapist, drafts, codes, sessions."""
    gone = upkeep.purge(read_settings())
    OUTPUT.print(f"{gone.enquiries} enquiries removed, and {gone.passing} drafts, codes, sessions and the like.")
    OUTPUT.print("Earlier backups still hold them.")


def doctor(as_json: JsonOption = False) -> None:
    """Say whether the store, its keys, migrations and audit log, the model and the reference tables are well."""
    checks = upkeep.doctor(read_settings())
    if as_json:
        OUTPUT.print_json(json.dumps([asdict(check) for check in checks]))
    else:
        for check in checks:
            OUTPUT.print(f"{'well' if check.well else 'NOT WELL'}: {check.name}: {check.found}", markup=False)
    if not all(check.well for check in checks):
        raise typer.Exit(1)


@client_app.command("export")
def client_export(
    client_id: Annotated[str, typer.Argument(help="A client's id, or the reference they were given.")],
    file: Annotated[Path, typer.Argument(help="Where the ZIP file goes.")],
) -> None:
    """Write everything held about one client, readable by the person it is about."""
    with upkeep.opened(read_settings()) as store:
        privacy.write_private(file, privacy.export_client(privacy.AT_THE_MACHINE, store, client_id))
    OUTPUT.print(f"Written to {file}. What they wrote stands in it in the clear: hand it to them and delete it.")


@client_app.command("erase")
def client_erase(
    client_id: Annotated[str, typer.Argument(help="A client's id, or the reference they were given.")],
    reason: Annotated[str, typer.Option(help=f"Why, for the audit log: {', '.join(privacy.REASONS)}.")] = "asked",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
) -> None:
    """Erase everything about one client; where they agreed to research, measurements stay without a name."""
    if not yes:
        typer.confirm("This cannot be undone. Erase everything about this client?", abort=True)
    with upkeep.opened(read_settings()) as store:
        erased = privacy.erase_client(privacy.AT_THE_MACHINE, store, client_id, reason)
    OUTPUT.print(f"Erased; {erased.outcomes_kept} measured courses stay without a name. Earlier backups still hold it.")
    for therapist in erased.opened:
        OUTPUT.print(f"{therapist} has a place more now: lower it again if they go on working together.", markup=False)
    for therapist in erased.to_check:
        OUTPUT.print(
            f"Check the open places of {therapist}, who gave their number anew since the client's place was taken: it "
            "was left as it is.",
            markup=False,
        )


@audit_app.command("verify")
def audit_verify(
    seen: Annotated[
        str | None, typer.Option(help="A head noted earlier: shows whether the whole log was put back.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check that no entry was altered, removed, added or moved; note the head it prints away from the store."""
    report = upkeep.verify_audit(read_settings(), seen)
    if as_json:
        OUTPUT.print_json(json.dumps(asdict(report)))
    else:
        for problem in report.problems:
            ERRORS.print(f"NOT WELL: {problem}", markup=False)
        OUTPUT.print(f"{report.entries} entries{', unbroken' if report.intact else ''}. Head: {report.head}")
    if not report.intact:
        raise typer.Exit(1)


def add_commands(app: typer.Typer) -> None:
    """Add the store's commands to the command line."""
    app.command("import")(import_)
    app.command()(export)
    app.command()(backup)
    app.command()(restore)
    app.command("rotate-key")(rotate_key)
    app.command()(purge)
    app.command()(doctor)
    app.add_typer(audit_app, name="audit")
    app.add_typer(client_app, name="client")
