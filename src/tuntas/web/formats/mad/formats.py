"""How days, times and numbers are written in Madurese: as in Indonesian. Django knows none of it."""

from tuntas.web.formats.id.formats import *  # noqa: F403 - settings by their names, as Django reads them
