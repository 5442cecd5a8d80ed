# One crawl by Scrapy: round.py PROGRAM START OUTPUT, as round.mjs.

import json
import re
import sys
import time

import scrapy
from lxml import etree
from scrapy.crawler import CrawlerProcess
from scrapy.linkextractors import LinkExtractor
from urllib.parse import urljoin

HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}

CONCURRENCY = {
    "LOG_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "CONCURRENT_REQUESTS": 16,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "REQUEST_FINGERPRINTER_IMPLEMENTATION": "2.7",
}


class Tuned(scrapy.Spider):
    """lxml by hand, its own set of what was seen, its own file; no middleware that is not needed."""

    name = "tuned"
    custom_settings = {
        "ROBOTSTXT_OBEY": False,
        "COOKIES_ENABLED": False,
        "RETRY_ENABLED": False,
        "REDIRECT_ENABLED": False,
        "METAREFRESH_ENABLED": False,
        "HTTPPROXY_ENABLED": False,
        "COMPRESSION_ENABLED": False,
        "DOWNLOADER_STATS": False,
        "SPIDER_MIDDLEWARES_BASE": {},
        "EXTENSIONS_BASE": {},
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
    }

    def start_requests(self):
        self.home = urljoin(start, "/")
        self.seen = {start}
        self.file = open(output, "w", encoding="utf-8")
        yield scrapy.Request(start, dont_filter=True)

    def parse(self, response):
        if response.status != 200 or not response.headers.get("Content-Type", b"").startswith(b"text/html"):
            return
        base = response.url
        title = heading = None
        hrefs = set()
        root = etree.fromstring(response.body, etree.HTMLParser(encoding="utf-8"))
        for element in root.iter(etree.Element):
            tag = element.tag
            if tag == "a":
                href = element.get("href")
                if href is not None:
                    hrefs.add(href.strip().split("#", 1)[0])
            elif title is None and tag == "title":
                title = "".join(element.itertext())
            elif heading is None and tag in HEADINGS:
                heading = "".join(element.itertext())
        links = {urljoin(base, href) for href in hrefs}
        self.file.write(json.dumps({"url": base, "title": title, "heading": heading, "links": list(links)}) + "\n")
        fresh = [link for link in links - self.seen if link.startswith(self.home)]
        # At once: between two yields other pages are parsed.
        self.seen.update(fresh)
        for link in fresh:
            yield scrapy.Request(link, dont_filter=True)

    def closed(self, reason):
        self.file.close()


class Documented(scrapy.Spider):
    """As the documentation shows it: selectors, a LinkExtractor, an exported feed."""

    name = "documented"

    def start_requests(self):
        self.extractor = LinkExtractor()
        self.home = urljoin(start, "/")
        yield scrapy.Request(start)

    def parse(self, response):
        if not isinstance(response, scrapy.http.HtmlResponse):
            return
        links = [link.url for link in self.extractor.extract_links(response)]
        yield {
            "url": response.url,
            "title": response.xpath("string(//title)").get(),
            "heading": response.xpath("string((//h1|//h2|//h3|//h4|//h5|//h6)[1])").get(),
            "links": links,
        }
        for link in links:
            if link.startswith(self.home):
                yield scrapy.Request(link)


def peak():
    try:
        with open("/proc/self/status") as status:
            return int(re.search(r"VmHWM:\s*(\d+) kB", status.read())[1]) / 1024
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


program, start, output = sys.argv[1:4]
if program == "scrapy":
    process = CrawlerProcess(CONCURRENCY)
    process.crawl(Tuned)
else:
    process = CrawlerProcess({**CONCURRENCY, "FEEDS": {output: {"format": "jsonlines", "overwrite": True}}})
    process.crawl(Documented)
process.start()
print(json.dumps({"cpu": time.process_time(), "peak": peak()}))
