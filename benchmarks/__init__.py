"""How fast a whole hospital is screened, measured against the decoders that everybody knows."""
