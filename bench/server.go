package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/test/process"
)

const (
	pageRequests = 150
	clients      = 8
	clientTime   = time.Second
)

// firstTime is an overview that nobody has asked for yet, so that nothing of it
// is remembered: its last day moves on with each request.
const firstTime = "/?tz=Europe/Berlin&to=…"

var asked atomic.Int64

func address(page string) string {
	if page != firstTime {
		return page
	}
	day := time.Date(2016, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(asked.Add(1))%3650)
	return "/?tz=Europe/Berlin&to=" + day.Format(time.DateOnly)
}

// A site is a running server with a session that holds a package.
type site struct {
	cmd    *exec.Cmd
	base   string
	client *http.Client
}

// startServer runs the binary on a free port with more variables in its
// environment, and tells how long it took from exec to the first page.
func startServer(binary string, env ...string) (*site, time.Duration, error) {
	address, err := process.FreeAddress()
	if err != nil {
		return nil, 0, err
	}
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, 0, err
	}
	s := &site{base: "http://" + address, cmd: exec.Command(binary)}
	s.cmd.Env = append(append(os.Environ(), "PORT="+port, "LOG_LEVEL=error",
		"SESSION_SECRET_KEY=bench-Wd7mKq2xVr9bTz4nHs6jLp8cGf3yEa5u"), env...)
	s.cmd.Stderr = os.Stderr
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, 0, err
	}
	s.client = &http.Client{Jar: jar, Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
	start := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, 0, err
	}
	for time.Since(start) < 10*time.Second {
		if _, err := s.get("/"); err == nil {
			return s, time.Since(start), nil
		}
		time.Sleep(time.Millisecond)
	}
	s.stop()
	return nil, 0, fmt.Errorf("%s did not answer within 10 s", binary)
}

func (s *site) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	_ = s.cmd.Wait()
}

func (s *site) get(path string) ([]byte, error) {
	resp, err := s.client.Get(s.base + path)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("GET %s: %s", path, resp.Status)
	}
	return b, err
}

// form is a package as a browser's form sends it.
func form(path string) (body []byte, contentType string, err error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, "", err
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("files", "package.zip")
	if err == nil {
		_, err = part.Write(content)
	}
	if err == nil {
		err = w.Close()
	}
	return b.Bytes(), w.FormDataContentType(), err
}

func (s *site) upload(path string) (time.Duration, error) {
	body, contentType, err := form(path)
	if err != nil {
		return 0, err
	}
	req, err := http.NewRequest(http.MethodPost, s.base+"/uploads", bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("Accept", "application/json")
	start := time.Now()
	resp, err := s.client.Do(req)
	if err != nil {
		return 0, err
	}
	answer, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err == nil && resp.StatusCode != http.StatusCreated {
		err = fmt.Errorf("upload: %s: %s", resp.Status, answer)
	}
	return time.Since(start), err
}

// first finds the page of what ranks first.
func (s *site) first(what string) (string, error) {
	b, err := s.get("/api/v1/top/" + what + "?limit=1")
	if err != nil {
		return "", err
	}
	var top struct {
		Items []struct{ ID string }
	}
	if err := json.Unmarshal(b, &top); err != nil {
		return "", fmt.Errorf("top %s: %w", what, err)
	}
	if len(top.Items) == 0 {
		return "", fmt.Errorf("top %s: there is none", what)
	}
	return "/" + what + "/" + top.Items[0].ID, nil
}

// measureServer uploads a package and asks for every kind of page.
func measureServer(out io.Writer, binary, name, path string, rounds int) error {
	var cold []float64
	for range rounds {
		dir, err := os.MkdirTemp("", "bench-cold-*")
		if err != nil {
			return err
		}
		s, took, err := startServer(binary, "DATASET_URL=file://"+dir)
		if err != nil {
			return err
		}
		s.stop()
		_ = os.RemoveAll(dir)
		cold = append(cold, took.Seconds()*1000)
	}

	dir, err := os.MkdirTemp("", "bench-server-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	s, _, err := startServer(binary, "DATASET_URL=file://"+dir)
	if err != nil {
		return err
	}
	took, err := s.upload(path)
	if err != nil {
		s.stop()
		return err
	}
	// A restart: the first page after it opens the dataset from the bucket.
	jar := s.client.Jar
	s.stop()
	if s, _, err = startServer(binary, "DATASET_URL=file://"+dir); err != nil {
		return err
	}
	defer s.stop()
	s.client.Jar = jar
	start := time.Now()
	if _, err := s.get("/"); err != nil {
		return err
	}
	reopened := time.Since(start)

	artist, err := s.first("artists")
	if err != nil {
		return err
	}
	track, err := s.first("tracks")
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\n## Pages, %s\n\nUpload over HTTP %.2f s; exec to first page %.0f ms; first page after a restart %.0f ms.\n\n| page | median | p95 | pages a second, %d clients |\n|---|--:|--:|--:|\n",
		name, took.Seconds(), quantile(cold, 0.5), float64(reopened.Microseconds())/1000, clients)
	for _, page := range []string{
		"/", "/?from=2024&to=2024&tz=Europe/Berlin", firstTime, "/artists", "/artists?q=an", "/artists?sort=name&page=2", "/albums", "/tracks", "/shows",
		artist, track, "/history", "/history?q=an&min=0", "/partials/tracks?q=an", "/receipt",
		"/api/v1/summary", "/api/v1/top/tracks", "/api/v1/plays",
	} {
		var ms []float64
		for range pageRequests {
			start := time.Now()
			if _, err := s.get(address(page)); err != nil {
				return err
			}
			ms = append(ms, float64(time.Since(start).Microseconds())/1000)
		}
		rate, err := s.rate(page)
		if err != nil {
			return err
		}
		label := page
		if i := strings.LastIndex(page, "/"); i > 0 && (page == artist || page == track) {
			label = page[:i] + "/…"
		}
		fmt.Fprintf(out, "| `%s` | %.2f ms | %.2f ms | %.0f |\n", label, quantile(ms, 0.5), quantile(ms, 0.95), rate)
	}
	return nil
}

// rate is how many pages a second several clients get at once.
func (s *site) rate(page string) (float64, error) {
	var n atomic.Int64
	var wg sync.WaitGroup
	errs := make(chan error, clients)
	start := time.Now()
	for range clients {
		wg.Go(func() {
			for time.Since(start) < clientTime {
				if _, err := s.get(address(page)); err != nil {
					errs <- err
					return
				}
				n.Add(1)
			}
		})
	}
	wg.Wait()
	select {
	case err := <-errs:
		return 0, err
	default:
		return float64(n.Load()) / time.Since(start).Seconds(), nil
	}
}
