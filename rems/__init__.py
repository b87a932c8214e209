"""The project: settings, addresses and the process that joins the registries to the engine."""
