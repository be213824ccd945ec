from django.core.management.commands import makemessages


class Command(makemessages.Command):
    """Django's command, but a new text stays empty: no translation is guessed from another."""

    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]
