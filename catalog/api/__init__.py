"""The catalogue for programs: feed readers, citation tools, crawlers, other libraries' services.

They get what readers get, by the same parameters, so that nobody has to read it off the pages.
"""
