"""Batches worked at once: in this process, in others of this machine, or on other machines; the same answers in order.

work         what can be worked in batches, what one process does with a batch, and what a mapper of batches is
jobs         articles → quotations, articles → passages
encoding     texts of passages → vectors
ordered      batches under way, as many as there is room for; what kills its process is found, and alone left out
processes    mapped over processes of this machine
machines     mapped over the workers of a Dask scheduler
shipped      what such a worker is told and given: versions to compare, the model
beside       a function at work in a process of its own; processes that never outlive this one

Nothing here is imported with the package: a process that starts loads only what it needs.
"""
