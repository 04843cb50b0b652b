"""Articles in, searchable attributed quotations out; knows nothing of HTTP.

    index.types, index.errors, index.queries     the words of the field, the ways to fail, what is asked and answered
    index.corpus.read_articles                   files → articles
    index.extraction.SieveExtractor              articles → attributed quotations
    index.build.rebuild                          articles → an index that answers
    index.searcher.Searcher                      a question → hits
    index.check.check                            an index → its faults

Nothing is imported here: a command that needs no model must not wait for one.
"""
