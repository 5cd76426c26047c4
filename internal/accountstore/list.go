package accountstore

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/spotify-data-tool/spotify-data-tool/internal/seal"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

const (
	listVersion = 1
	// MaxDatasets is how many datasets an account keeps.
	MaxDatasets = 10
	// MaxNameLength is how many characters the name of a dataset or slot has.
	MaxNameLength = 60
)

// Errors of changes.
var (
	ErrNoDataset       = errors.New("accountstore: no such dataset")
	ErrTooManyDatasets = errors.New("accountstore: too many datasets")
)

// A Dataset is one that an account keeps.
type Dataset struct {
	ID      string // names it in addresses; not that of the stored dataset
	Ref     vault.Ref
	Line    vault.Line // leads on from Ref where an import has gone on
	Shared  bool       // devices follow the line that know no account
	Name    string
	Plays   int
	First   time.Time // of its plays; zero without any
	Last    time.Time
	Added   time.Time
	Expires time.Time
}

// datasetJSON is how a Dataset is kept. A Ref does not show its key as JSON.
type datasetJSON struct {
	ID      string `json:"id"`
	Ref     string `json:"ref"`
	Line    []byte `json:"line,omitempty"`
	Shared  bool   `json:"shared,omitempty"`
	Name    string `json:"name"`
	Plays   int    `json:"plays"`
	First   int64  `json:"first,omitempty"` // in Unix seconds, as all times here
	Last    int64  `json:"last,omitempty"`
	Added   int64  `json:"added"`
	Expires int64  `json:"expires"`
}

type listJSON struct {
	Version  int           `json:"v"`
	Datasets []datasetJSON `json:"datasets"`
}

func listName(id []byte) string { return "accounts/list/" + hex.EncodeToString(id) }

// never is the expiry of what is sealed within a record, which has its own.
var never = time.UnixMilli(0)

func sealList(id []byte, key Key, datasets []Dataset) ([]byte, error) {
	l := listJSON{Version: listVersion, Datasets: make([]datasetJSON, len(datasets))}
	for i, d := range datasets {
		l.Datasets[i] = datasetJSON{
			d.ID, d.Ref.String(), d.Line, d.Shared, d.Name, d.Plays, seconds(d.First), seconds(d.Last), seconds(d.Added), seconds(d.Expires),
		}
	}
	content, err := json.Marshal(l)
	if err != nil {
		return nil, err
	}
	return seal.Seal(derive(key, id, "account list", seal.KeyBytes), listName(id), never, content)
}

// Datasets opens the list. ErrKey says that the key is another account's.
func (a *Account) Datasets(key Key) ([]Dataset, error) {
	content, _, err := seal.Open(derive(key, a.ID, "account list", seal.KeyBytes), listName(a.ID), slices.Clone(a.list))
	if errors.Is(err, seal.ErrVersion) {
		return nil, fmt.Errorf("%w: %w", ErrNewer, err)
	}
	if err != nil {
		return nil, ErrKey
	}
	var l listJSON
	if err := json.Unmarshal(content, &l); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if l.Version > listVersion {
		return nil, fmt.Errorf("%w: list of version %d", ErrNewer, l.Version)
	}
	datasets := make([]Dataset, 0, len(l.Datasets))
	for _, d := range l.Datasets {
		ref, err := vault.ParseRef(d.Ref)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		datasets = append(datasets, Dataset{
			d.ID, ref, d.Line, d.Shared, d.Name, d.Plays, instant(d.First), instant(d.Last), instant(d.Added), instant(d.Expires),
		})
	}
	return datasets, nil
}

func seconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

func instant(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}

// Find returns the dataset of that ID within the contents.
func (c *Contents) Find(id string) (*Dataset, error) {
	for i := range c.Datasets {
		if c.Datasets[i].ID == id {
			return &c.Datasets[i], nil
		}
	}
	return nil, ErrNoDataset
}

// Add adds a dataset under a new ID, which it returns.
func (c *Contents) Add(d Dataset) (id string, err error) {
	if len(c.Datasets) >= MaxDatasets {
		return "", ErrTooManyDatasets
	}
	d.ID = newID()
	d.Name = c.freeName(d.Name)
	c.Datasets = append(c.Datasets, d)
	return d.ID, nil
}

// freeName tells datasets of one name apart.
func (c *Contents) freeName(name string) string {
	for n, free := 1, name; ; n++ {
		if n > 1 {
			free = fmt.Sprintf("%s (%d)", name, n)
		}
		if !slices.ContainsFunc(c.Datasets, func(d Dataset) bool { return d.Name == free }) {
			return free
		}
	}
}

// Remove takes a dataset out of the list.
func (c *Contents) Remove(id string) error {
	if _, err := c.Find(id); err != nil {
		return err
	}
	c.Datasets = slices.DeleteFunc(c.Datasets, func(d Dataset) bool { return d.ID == id })
	return nil
}

// CleanName makes a name fit to be shown: one line, without control characters, of
// MaxNameLength at most. Nothing may be left.
func CleanName(name string) string {
	name = strings.ToValidUTF8(name, "")
	name = strings.Join(strings.FieldsFunc(name, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != '\u200d'
	}), " ")
	if r := []rune(name); len(r) > MaxNameLength {
		name = strings.TrimSpace(string(r[:MaxNameLength]))
	}
	return name
}
