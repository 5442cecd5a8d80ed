module gleaner/bench/colly

go 1.19

require (
	github.com/PuerkitoBio/goquery v1.5.1
	github.com/gocolly/colly/v2 v2.1.0
)
