// One crawl by Colly: colly START OUTPUT, as round.mjs. Tuned: no cookies, its transport keeps as many connections as there
// are requests at once, the set of what was seen is its own, and each page's tree is made once, by what Colly parses
// with (OnHTML would take the text of each element that it hands over).
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"github.com/PuerkitoBio/goquery"
	"github.com/gocolly/colly/v2"
)

const concurrency = 16

type found struct {
	URL     string   `json:"url"`
	Title   string   `json:"title"`
	Heading string   `json:"heading"`
	Links   []string `json:"links"`
}

// frontier is what was seen, and the file that takes what was found; pages come from several goroutines.
type frontier struct {
	lock sync.Mutex
	seen map[string]bool
	home string
	out  *json.Encoder
}

// add writes down a page, and gives those of its links that are new.
func (f *frontier) add(page found) ([]string, error) {
	f.lock.Lock()
	defer f.lock.Unlock()
	var fresh []string
	for _, link := range page.Links {
		if strings.HasPrefix(link, f.home) && !f.seen[link] {
			f.seen[link] = true
			fresh = append(fresh, link)
		}
	}
	return fresh, f.out.Encode(page)
}

func main() {
	if len(os.Args) != 3 {
		log.Fatal("colly START OUTPUT")
	}
	start, output := os.Args[1], os.Args[2]
	home, err := url.Parse(start)
	check(err)
	file, err := os.Create(output)
	check(err)
	lines := bufio.NewWriterSize(file, 1<<16)
	encoder := json.NewEncoder(lines)
	encoder.SetEscapeHTML(false)
	pages := &frontier{
		seen: map[string]bool{start: true},
		home: home.Scheme + "://" + home.Host + "/",
		out:  encoder,
	}

	c := colly.NewCollector()
	c.Async = true
	c.AllowURLRevisit = true
	c.IgnoreRobotsTxt = true
	c.MaxBodySize = 0
	c.DisableCookies()
	c.WithTransport(&http.Transport{
		MaxConnsPerHost:     concurrency,
		MaxIdleConnsPerHost: concurrency,
		DisableCompression:  true,
	})
	c.SetRedirectHandler(func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse })
	check(c.Limit(&colly.LimitRule{DomainGlob: "*", Parallelism: concurrency}))
	c.OnResponse(func(response *colly.Response) {
		if response.StatusCode != http.StatusOK ||
			!strings.HasPrefix(response.Headers.Get("Content-Type"), "text/html") {
			return
		}
		page, err := read(response.Request.URL, response.Body)
		check(err)
		fresh, err := pages.add(page)
		check(err)
		for _, link := range fresh {
			check(response.Request.Visit(link))
		}
	})
	check(c.Visit(start))
	c.Wait()

	check(lines.Flush())
	check(file.Close())
	report()
}

func read(base *url.URL, body []byte) (found, error) {
	document, err := goquery.NewDocumentFromReader(bytes.NewReader(body))
	if err != nil {
		return found{}, err
	}
	links := []string{}
	unique := map[string]bool{}
	document.Find("a[href]").Each(func(_ int, a *goquery.Selection) {
		href, _ := a.Attr("href")
		link := absolute(base, href)
		if link != "" && !unique[link] {
			unique[link] = true
			links = append(links, link)
		}
	})
	return found{
		URL:     base.String(),
		Title:   document.Find("title").First().Text(),
		Heading: document.Find("h1, h2, h3, h4, h5, h6").First().Text(),
		Links:   links,
	}, nil
}

// absolute resolves a link and takes off its fragment; "" if it leads nowhere by HTTP.
func absolute(base *url.URL, href string) string {
	href = strings.TrimSpace(href)
	if hash := strings.IndexByte(href, '#'); hash >= 0 {
		href = href[:hash]
	}
	link, err := base.Parse(href)
	if err != nil || (link.Scheme != "http" && link.Scheme != "https") {
		return ""
	}
	link.Fragment = ""
	return link.String()
}

// report prints the seconds of CPU time of the whole process, and its peak memory in MB.
func report() {
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	seconds := func(time syscall.Timeval) float64 { return float64(time.Sec) + float64(time.Usec)/1e6 }
	fmt.Printf("{\"cpu\":%f,\"peak\":%f}\n", seconds(usage.Utime)+seconds(usage.Stime), peak(usage))
}

// peak prefers what Linux says of this process: Maxrss starts from that of the process that started it.
func peak(usage syscall.Rusage) float64 {
	status, err := os.ReadFile("/proc/self/status")
	match := regexp.MustCompile(`VmHWM:\s*(\d+) kB`).FindSubmatch(status)
	if err != nil || match == nil {
		return float64(usage.Maxrss) / 1024
	}
	kilobytes, err := strconv.ParseFloat(string(match[1]), 64)
	check(err)
	return kilobytes / 1024
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
