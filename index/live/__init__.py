"""What is added and removed while the index answers: kept on the disk at once, searchable on return.

journal     what was posted and deleted, one record after another, on the disk before anybody is told
worked      an article with its passages and vectors, and the bytes that stand for it in the journal
recent      a few articles as a store without a file
parts       the same as a small index of their own
places      where articles stand in the one order of the corpus
known       the speakers of a generation by name, as far as additions may change who is who
roster      who is who over a generation and what was added
folds       copies over a generation and what was added
store, vectors, lexical, wording
            each part of an index over several parts, asked as one
additions   all that came after one generation; snapshots of it that answer
articles    the journal as a source of every rebuild
working     articles worked in a child process with limits
writer      the one process that adds: journal, additions, and the generation below
"""
