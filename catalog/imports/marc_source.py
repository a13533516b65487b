def read_iso2709(f):
    raise NotImplementedError


def read_marcxml(f):
    raise NotImplementedError
