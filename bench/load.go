package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket/memory"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
	"github.com/spotify-data-tool/spotify-data-tool/test/process"
)

// The load test: a crowd, each with a dataset of their own, before instances
// that share one Redis and whose memory holds only a part of it all.
const (
	loadInstances = 2
	loadClients   = 16
	loadTime      = 30 * time.Second
	// cachedShare is how much of the crowd's data one instance may keep opened.
	cachedShare = 0.25
)

// loadPages is what people ask for, each as likely as the others.
var loadPages = []string{
	"/", "/?from=2024&to=2024&tz=Europe/Berlin", "/artists", "/artists?q=an", "/albums", "/tracks", "/tracks?sort=name&page=2",
	"/history", "/history?q=an&min=0", "/partials/tracks?q=an", "/receipt", "/api/v1/summary", "/api/v1/top/tracks", "/api/v1/plays",
}

// measureLoad lets people upload the package at path, one after the other, and
// then ask for pages in no order, each request at another instance.
func measureLoad(out io.Writer, binary, path string, people int) (err error) {
	opened, err := openedSize(path)
	if err != nil {
		return err
	}
	cacheMB := int(math.Ceil(float64(opened) * float64(people) * cachedShare / (1 << 20)))
	redis, err := process.StartRedis(context.Background())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, redis.Stop()) }()
	instances := make([]*site, loadInstances)
	for i := range instances {
		s, _, err := startServer(binary, "SESSION_STORE=redis", "REDIS_URL="+redis.URL, "DATASET_URL="+redis.URL,
			fmt.Sprintf("DATASET_CACHE_MB=%d", cacheMB))
		if err != nil {
			return err
		}
		defer s.stop()
		instances[i] = s
	}

	cookies := make([]string, people)
	start := time.Now()
	for i := range cookies {
		if cookies[i], err = instances[i%loadInstances].uploadAs(path); err != nil {
			return fmt.Errorf("upload of person %d: %w", i+1, err)
		}
	}
	uploading := time.Since(start)

	crowd := crowd{instances: instances, cookies: cookies}
	took, err := crowd.browse()
	if err != nil {
		return err
	}
	var peaks []string
	for _, s := range instances {
		kb, err := peakRSS(s.cmd.Process.Pid)
		if err != nil {
			return err
		}
		peaks = append(peaks, fmt.Sprintf("%d MB", kb>>10))
	}
	fmt.Fprintf(out, "\n## Many people\n\n%d instances, Redis for sessions and data, %d people with a dataset of their own (%.1f MB opened), each instance keeping %.0f %% of them opened (DATASET_CACHE_MB=%d); %d clients ask for %d kinds of page in no order, each request at another instance.\n\n",
		loadInstances, people, float64(opened)/(1<<20), cachedShare*100, cacheMB, loadClients, len(loadPages))
	fmt.Fprintln(out, "| uploads a second | pages a second | median | p95 | p99 | slowest | failed | peak RSS of the instances |")
	fmt.Fprintln(out, "|--:|--:|--:|--:|--:|--:|--:|--:|")
	_, err = fmt.Fprintf(out, "| %.1f | %.0f | %.1f ms | %.1f ms | %.1f ms | %.0f ms | %d of %d | %s |\n",
		float64(people)/uploading.Seconds(), float64(len(crowd.all))/took.Seconds(), quantile(crowd.all, 0.5), quantile(crowd.all, 0.95),
		quantile(crowd.all, 0.99), quantile(crowd.all, 1), crowd.failed.Load(), len(crowd.all), strings.Join(peaks, ", "))
	return err
}

// openedSize is what a vault's cache will count for the package's dataset.
func openedSize(path string) (int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	b := memory.New(time.Now)
	im := importer.New(importer.Config{Vault: vault.New(vault.Config{Bucket: b, Now: time.Now}), Now: time.Now})
	res, err := im.Import(context.Background(), importer.Job{
		Inputs:  []export.Input{{Name: filepath.Base(path), R: f, Size: info.Size()}},
		Expires: time.Now().Add(time.Hour),
	})
	if err != nil {
		return 0, err
	}
	return res.Dataset.Size(), nil
}

// A crowd browses through all instances at once.
type crowd struct {
	instances []*site
	cookies   []string
	requests  atomic.Int64
	failed    atomic.Int64
	all       []float64 // milliseconds
}

func (c *crowd) browse() (time.Duration, error) {
	var wg sync.WaitGroup
	each := make([][]float64, loadClients)
	first := make([]error, loadClients)
	start := time.Now()
	for i := range loadClients {
		random := rand.New(rand.NewPCG(1, uint64(i)))
		wg.Go(func() {
			for time.Since(start) < loadTime {
				cookie := c.cookies[random.IntN(len(c.cookies))]
				page := loadPages[random.IntN(len(loadPages))]
				s := c.instances[int(c.requests.Add(1))%len(c.instances)]
				asked := time.Now()
				err := s.getAs(page, cookie)
				each[i] = append(each[i], float64(time.Since(asked).Microseconds())/1000)
				if err != nil {
					c.failed.Add(1)
					first[i] = err
				}
			}
		})
	}
	wg.Wait()
	took := time.Since(start)
	for _, ms := range each {
		c.all = append(c.all, ms...)
	}
	return took, errors.Join(first...)
}

// uploadAs uploads as somebody new and returns their cookie.
func (s *site) uploadAs(path string) (cookie string, err error) {
	body, contentType, err := form(path)
	if err != nil {
		return "", err
	}
	req, err := http.NewRequest(http.MethodPost, s.base+"/uploads", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("Accept", "application/json")
	resp, err := s.client.Transport.RoundTrip(req)
	if err != nil {
		return "", err
	}
	answer, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil || resp.StatusCode != http.StatusCreated {
		return "", fmt.Errorf("%s: %s (%w)", resp.Status, answer, err)
	}
	var list []string
	for _, c := range resp.Cookies() {
		list = append(list, c.Name+"="+c.Value)
	}
	return strings.Join(list, "; "), nil
}

func (s *site) getAs(page, cookie string) error {
	req, err := http.NewRequest(http.MethodGet, s.base+page, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Cookie", cookie)
	resp, err := s.client.Transport.RoundTrip(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s", page, resp.Status)
	}
	return nil
}
