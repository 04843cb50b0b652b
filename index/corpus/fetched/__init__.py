"""Articles by their web address, where the user switches that on: asked for politely, and of public machines alone.

    addresses   which addresses are asked at all, and which numbers a name may lead to
    network     names → numbers, each looked up once; whose certificates are trusted
    request     one request to one number, within limits of size and time
    rules       robots.txt, read in the child process
    fetcher     redirects, robots.txt, pauses; what was fetched before stands in where a page cannot be had
    kept        what was fetched before, beside the index
    articles    address → articles: now, before, and behind a feed's summaries

What comes is parsed like any file, in the child process that reads those.
"""

from index.corpus.fetched.addresses import is_address, shown_address
from index.corpus.fetched.articles import articles_of
from index.corpus.fetched.fetcher import Fetcher

__all__ = ["Fetcher", "articles_of", "is_address", "shown_address"]
