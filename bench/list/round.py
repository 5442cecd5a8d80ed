# One round of one Python client: round.py CLIENT FILE WARM, as round.mjs.

import asyncio
import json
import re
import sys
import time


def new_sums():
    return {"count": 0, "ids": 0, "checks": 0, "letters": 0}


def add(sums, page):
    sums["count"] += 1
    sums["ids"] += page["id"]
    sums["checks"] += page["check"]
    sums["letters"] += len(page["name"])


def requests_get(urls, sums):
    import requests

    for url in urls:
        response = requests.get(url)
        response.raise_for_status()
        add(sums, response.json())


def requests_session(urls, sums):
    import requests

    with requests.Session() as session:
        for url in urls:
            response = session.get(url)
            response.raise_for_status()
            add(sums, response.json())


def aiohttp_64(urls, sums):
    import aiohttp

    async def main():
        rest = iter(urls)

        async def worker(session):
            for url in rest:
                async with session.get(url) as response:
                    response.raise_for_status()
                    add(sums, await response.json())

        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64)) as session:
            await asyncio.gather(*(worker(session) for _ in range(64)))

    asyncio.run(main())


def scrapy_round(urls, warm):
    """Its reactor runs once in a process: the job begins when the spider is idle after the warm-up."""
    import scrapy
    from scrapy import signals
    from scrapy.crawler import CrawlerProcess
    from scrapy.exceptions import DontCloseSpider

    state = {"sums": new_sums(), "before": None, "job": 0}

    class Pages(scrapy.Spider):
        name = "pages"

        @classmethod
        def from_crawler(cls, crawler):
            spider = super().from_crawler(crawler)
            crawler.signals.connect(spider.on_idle, signal=signals.spider_idle)
            return spider

        def start_requests(self):
            for url in urls[:warm]:
                yield scrapy.Request(url, dont_filter=True)

        def parse(self, response):
            add(state["sums"], response.json())

        def on_idle(self):
            if state["before"] is not None:
                state["job"] = time.process_time() - state["before"]
                return
            state["sums"] = new_sums()
            state["before"] = time.process_time()
            for url in urls[warm:]:
                self.crawler.engine.crawl(scrapy.Request(url, dont_filter=True))
            raise DontCloseSpider

    process = CrawlerProcess(
        {
            "LOG_ENABLED": False,
            "TELNETCONSOLE_ENABLED": False,
            "ROBOTSTXT_OBEY": False,
            "COOKIES_ENABLED": False,
            "RETRY_ENABLED": False,
            "REDIRECT_ENABLED": False,
            "METAREFRESH_ENABLED": False,
            "HTTPPROXY_ENABLED": False,
            "COMPRESSION_ENABLED": False,
            "DOWNLOADER_STATS": False,
            "CONCURRENT_REQUESTS": 64,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 64,
            "SPIDER_MIDDLEWARES_BASE": {},
            "EXTENSIONS_BASE": {},
            "REQUEST_FINGERPRINTER_IMPLEMENTATION": "2.7",
        }
    )
    process.crawl(Pages)
    process.start()
    return {"job": state["job"], "sums": state["sums"]}


def plain_round(client, urls, warm):
    client(urls[:warm], new_sums())
    sums = new_sums()
    before = time.process_time()
    client(urls[warm:], sums)
    return {"job": time.process_time() - before, "sums": sums}


def peak():
    try:
        with open("/proc/self/status") as status:
            return int(re.search(r"VmHWM:\s*(\d+) kB", status.read())[1]) / 1024
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


name, file, warm = sys.argv[1], sys.argv[2], int(sys.argv[3])
with open(file) as lines:
    addresses = lines.read().split()
if name == "scrapy":
    result = scrapy_round(addresses, warm)
else:
    clients = {"requests-get": requests_get, "requests-session": requests_session, "aiohttp": aiohttp_64}
    result = plain_round(clients[name], addresses, warm)
print(json.dumps({**result, "whole": time.process_time(), "peak": peak()}))
