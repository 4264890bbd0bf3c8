"""Wire formats that several publishers share: archives, delimited text, SDMX. What the figures mean is each source's affair."""
