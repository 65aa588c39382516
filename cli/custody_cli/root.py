"""The root command: a group that imports a command's module only when that command is typed."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from custody.errors import InputError
from custody_cli import pages
from custody_cli.console import here
from custody_cli.failures import close_to
from custody_cli.surface import COMMANDS

FEW: Final = 8  # so many commands can be listed in one breath


def _helpful(names: Sequence[str]) -> list[str]:
    return [*names, "-h"] if "--help" in names else list(names)


class Command(TyperCommand):
    """A command whose page is ours, shown for ``-h`` as well."""

    def get_help_option_names(self, ctx: Any) -> list[str]:
        """Return the options that show the page."""
        return _helpful(super().get_help_option_names(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the page of this command."""
        formatter.write(
            pages.of_command(
                ctx.command_path, self.help or "", self.epilog or "", self.get_params(ctx)
            )
        )


class Group(TyperGroup):
    """A group whose page is ours and which offers near matches for a mistyped command."""

    def get_help_option_names(self, ctx: Any) -> list[str]:
        """Return the options that show the page."""
        return _helpful(super().get_help_option_names(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the page of this group."""
        lines = [(name, c.short_help or c.help or "") for name, c in self.commands.items()]
        rows = [(name, here().pick(line).split("\n")[0]) for name, line in lines]
        formatter.write(pages.of_group(ctx.command_path, self.help or "", rows))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that `args` begin with.

        Raises:
            InputError: C101 when there is none, C125 when none of many is like it.
        """
        command = self.get_command(ctx, args[0])
        if command is None and not args[0].startswith("-"):
            known = self.list_commands(ctx)
            near = close_to(args[0], known)
            if not near and len(known) > FEW:
                raise InputError("C125", where=ctx.command_path, word=args[0])
            near = near or ", ".join(known)
            raise InputError("C101", where=ctx.command_path, word=args[0], near=near)
        return super().resolve_command(ctx, args)


class Root(Group):
    """The root group: commands by name, imported one at a time."""

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """Write the front page."""
        formatter.write(pages.front())

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        """Return the names of all commands, nouns first."""
        return [*pages.nouns(), *COMMANDS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """Return the command called `cmd_name`, or None."""
        return load(cmd_name)


def load(name: str) -> Any:
    """Build the command called `name` from its module or from the contract; None if unknown."""
    entry = COMMANDS.get(name)
    if entry is None:
        if name not in pages.nouns():
            return None
        from custody_cli.commands import nouns

        return _named(name, nouns.group(name))
    app: typer.Typer = import_module(f"custody_cli.commands.{entry.module}").APPS[name]
    return _named(name, app)


def _named(name: str, app: typer.Typer) -> Any:
    command = typer.main.get_command(app)
    command.name = name
    return command


def application() -> Any:
    """Return the root command, ready to be called with arguments."""
    app = typer.Typer(cls=Root, rich_markup_mode=None, invoke_without_command=True)

    @app.callback()
    def root(ctx: typer.Context) -> None:
        if ctx.invoked_subcommand is None:
            here().out(pages.front())

    return typer.main.get_command(app)


def single() -> typer.Typer:
    """Return an empty application for one command without verbs."""
    return typer.Typer(add_completion=False, rich_markup_mode=None)


def family(text: str) -> typer.Typer:
    """Return an empty application for a noun with verbs; `text` is its line on pages."""
    app = typer.Typer(
        cls=Group,
        add_completion=False,
        rich_markup_mode=None,
        invoke_without_command=True,
        help=text,
    )

    @app.callback()
    def page(ctx: typer.Context) -> None:
        if ctx.invoked_subcommand is None:
            here().out(ctx.get_help())

    return app
