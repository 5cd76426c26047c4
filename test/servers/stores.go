package servers

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// An ObjectStore is a server of one of the clouds' interfaces, with an empty
// bucket in it.
type ObjectStore struct {
	*Server
	Address string
	// Folder is where it keeps the objects; S3 alone has one.
	Folder string
	// URL is how the program is told of the bucket.
	URL string
	// Environment is what the SDK of that cloud reads beside it.
	Environment map[string]string
}

// Setenv sets what the SDK reads, until the test ends. Unlike t.Setenv it goes
// with parallel tests, so no two of them may want different values.
func (s *ObjectStore) Setenv(t testing.TB) {
	t.Helper()
	for name, value := range s.Environment {
		old, was := os.LookupEnv(name)
		if err := os.Setenv(name, value); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if was {
				_ = os.Setenv(name, old)
			} else {
				_ = os.Unsetenv(name)
			}
		})
	}
}

const (
	s3User, s3Password = "test-access", "test-secret-key"
	bucketName         = "datasets"
)

// S3 starts versitygw over a folder, where each object is a file.
func S3(t testing.TB) *ObjectStore {
	t.Helper()
	path, address, dir := Program(t, "versitygw"), FreeAddress(t), t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, bucketName), 0o700); err != nil {
		t.Fatal(err)
	}
	s := &ObjectStore{
		Address: address,
		Folder:  dir,
		URL:     "s3://" + bucketName + "?region=us-east-1&use_path_style=true&endpoint=" + url.QueryEscape("http://"+address),
		Environment: map[string]string{
			"AWS_ACCESS_KEY_ID": s3User, "AWS_SECRET_ACCESS_KEY": s3Password,
			// Nothing of whoever runs the tests.
			"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_EC2_METADATA_DISABLED": "true",
		},
	}
	s.Server = Run(t, func() *exec.Cmd {
		c := exec.Command(path, "--access", s3User, "--secret", s3Password, "--region", "us-east-1", "--port", address, "--health", "/health", "--quiet", "posix", dir)
		c.Dir = dir
		return c
	}, healthy("http://"+address+"/health"))
	return s
}

// GCS starts fake-gcs-server with everything in memory.
func GCS(t testing.TB) *ObjectStore {
	t.Helper()
	path, behind := Program(t, "fake-gcs-server"), FreeAddress(t)
	front := httptest.NewServer(likeGoogle("http://" + behind))
	t.Cleanup(front.Close)
	host := front.URL
	address := strings.TrimPrefix(host, "http://")
	s := &ObjectStore{
		Address:     address,
		URL:         "gs://" + bucketName + "?anonymous=true",
		Environment: map[string]string{"STORAGE_EMULATOR_HOST": address},
	}
	s.Server = Run(t, func() *exec.Cmd {
		return exec.Command(path, "-backend", "memory", "-scheme", "http", "-host", "127.0.0.1", "-port", port(behind),
			"-public-host", address, "-external-url", host, "-log-level", "error")
	}, healthy(host+"/storage/v1/b?project=test"))
	s.request(http.MethodPost, host+"/storage/v1/b?project=test", strings.NewReader(`{"name":"`+bucketName+`"}`), nil)
	return s
}

// likeGoogle makes up for what fake-gcs-server does otherwise than Google: it
// deletes whatever the condition, and answers alike for a missing object and a
// missing bucket.
func likeGoogle(behind string) http.Handler {
	u, _ := url.Parse(behind) // made of a free port
	proxy := httputil.NewSingleHostReverseProxy(u)
	proxy.ErrorLog = log.New(io.Discard, "", 0) // the server is stopped on purpose
	proxy.ErrorHandler = func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) }
	var writing sync.Mutex
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/storage/v1/b" && !strings.Contains(r.URL.Path, "/"+bucketName+"/") {
			http.Error(w, `{"error":{"code":404,"message":"The specified bucket does not exist."}}`, http.StatusNotFound)
			return
		}
		if r.Method != http.MethodGet {
			writing.Lock()
			defer writing.Unlock()
		}
		if generation := r.URL.Query().Get("ifGenerationMatch"); r.Method == http.MethodDelete && generation != "" {
			var object struct{ Generation string }
			response, err := http.Get(behind + r.URL.EscapedPath())
			if err == nil {
				err = errors.Join(json.NewDecoder(response.Body).Decode(&object), response.Body.Close())
			}
			if err == nil && object.Generation != "" && object.Generation != generation {
				http.Error(w, `{"error":{"code":412,"message":"conditionNotMet"}}`, http.StatusPreconditionFailed)
				return
			}
		}
		proxy.ServeHTTP(w, r)
	})
}

// The account every Azure emulator knows; it is no secret.
const (
	azureAccount = "devstoreaccount1"
	azureKey     = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)

// Azure starts azurite with everything in memory.
func Azure(t testing.TB) *ObjectStore {
	t.Helper()
	path, address := Program(t, "azurite-blob"), FreeAddress(t)
	s := &ObjectStore{
		Address: address,
		URL:     "azblob://" + bucketName + "?protocol=http&localemu=true&domain=" + url.QueryEscape(address),
		Environment: map[string]string{
			"AZURE_STORAGE_ACCOUNT": azureAccount, "AZURE_STORAGE_KEY": azureKey,
		},
	}
	s.Server = Run(t, func() *exec.Cmd {
		c := exec.Command(path, "--blobHost", "127.0.0.1", "--blobPort", port(address), "--inMemoryPersistence",
			"--skipApiVersionCheck", "--disableTelemetry", "--silent")
		c.Dir = t.TempDir()
		return c
	}, Listening(address))
	resource := "/" + azureAccount + "/" + bucketName
	s.request(http.MethodPut, "http://"+address+resource+"?restype=container", nil, signAzure("/"+azureAccount+resource))
	return s
}

// signAzure signs the creation of a container with the shared key.
func signAzure(resource string) func(*http.Request) {
	return func(r *http.Request) {
		date := time.Now().UTC().Format(http.TimeFormat)
		const version = "2021-08-06"
		r.Header.Set("x-ms-date", date)
		r.Header.Set("x-ms-version", version)
		text := "PUT" + strings.Repeat("\n", 12) + "x-ms-date:" + date + "\nx-ms-version:" + version + "\n" + resource + "\nrestype:container"
		key, _ := base64.StdEncoding.DecodeString(azureKey) // a constant
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(text))
		r.Header.Set("Authorization", "SharedKey "+azureAccount+":"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
}

func (s *ObjectStore) request(method, url string, body io.Reader, sign func(*http.Request)) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, url, body)
	if err != nil {
		s.t.Fatal(err)
	}
	if sign != nil {
		sign(r)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode >= 300 {
		text, _ := io.ReadAll(response.Body)
		s.t.Fatalf("%s %s: %s: %s", method, url, response.Status, text)
	}
}

// healthy reports whether the URL answers well.
func healthy(url string) func() error {
	client := &http.Client{Timeout: time.Second}
	return func() error {
		response, err := client.Get(url)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("status %s", response.Status)
		}
		return nil
	}
}
