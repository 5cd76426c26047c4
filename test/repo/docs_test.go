package repo

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
)

var (
	markdownLink    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	markdownHeading = regexp.MustCompile(`(?m)^#+ (.+)$`)
	// ourVariable is what looks like a variable of this program.
	ourVariable = regexp.MustCompile(`\b(?:SESSION|DATASET|UPLOAD|LAMBDA|LOG|APP|OIDC)_[A-Z_]*[A-Z]\b`)
)

// TestDocs follows every link within the documentation, and looks every variable
// up that it names.
func TestDocs(t *testing.T) {
	files, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	// Another test holds this table to what the program reads.
	read := make(map[string]bool)
	for _, row := range regexp.MustCompile("(?m)^\\| `([A-Z0-9_]+)` \\|").FindAllStringSubmatch(harness.ReadText(t, "../../docs/config.md"), -1) {
		read[row[1]] = true
	}
	for _, file := range append(files, "../../README.md", "../../CONTRIBUTING.md", "../../SECURITY.md") {
		content := harness.ReadText(t, file)
		for _, found := range markdownLink.FindAllStringSubmatch(content, -1) {
			target, anchor, _ := strings.Cut(found[1], "#")
			if strings.Contains(target, "://") {
				continue
			}
			path := file
			if target != "" {
				path = filepath.Join(filepath.Dir(file), target)
			}
			if _, err := os.Stat(path); err != nil {
				t.Errorf("%s links to %s, which is not there", file, found[1])
			} else if anchor != "" && !anchors(harness.ReadText(t, path))[anchor] {
				t.Errorf("%s links to %s: no such heading", file, found[1])
			}
		}
		for _, name := range ourVariable.FindAllString(content, -1) {
			if !read[name] {
				t.Errorf("%s names %s, which the program does not read", file, name)
			}
		}
	}
}

// anchors are the headings as links name them.
func anchors(markdown string) map[string]bool {
	found := make(map[string]bool)
	for _, heading := range markdownHeading.FindAllStringSubmatch(markdown, -1) {
		kept := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
				return r
			default:
				return -1
			}
		}, strings.ToLower(heading[1]))
		found[kept] = true
	}
	return found
}
