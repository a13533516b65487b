"""The catalogue for programs: feed readers, citation tools, crawlers, other libraries.

They get the data of the pages by the same parameters, so that no program has to parse HTML.
"""
