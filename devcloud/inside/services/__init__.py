# SPDX-License-Identifier: Apache-2.0
"""One module per OpenStack project: how it is started inside a single process.

Each has ``application(settings)``, which starts the project's background services, if it
has any, and returns its WSGI application. The order of the imports inside these functions
matters, which is why they do not stand at the top of the modules: a project reads its
command line and chooses its kind of threads while it is being imported.
"""
