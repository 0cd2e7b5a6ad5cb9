"""What the bot does in a turn: one action for each, by topic. Actions talk to nobody and keep nothing."""

from bot.components.quiet_logs import install

install()
