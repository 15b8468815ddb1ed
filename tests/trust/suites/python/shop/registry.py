"""Plugins by name, for the whole process."""

PLUGINS = {}


class Taken(Exception):
    pass


def register(name, plugin):
    if name in PLUGINS:
        raise Taken(f"plugin {name!r} is registered twice")
    PLUGINS[name] = plugin
    return plugin


def lookup(name):
    try:
        return PLUGINS[name]
    except KeyError:
        known = ", ".join(sorted(PLUGINS)) or "none"
        raise LookupError(f"no plugin {name!r}; known: {known}") from None


def unregister(name):
    PLUGINS.pop(name, None)


def names(prefix=""):
    return sorted(name for name in PLUGINS if name.startswith(prefix))
