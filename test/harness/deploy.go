package harness

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// DeployFile reads a file of the repository that a platform reads.
func DeployFile(t *testing.T, name string) any {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(Root(), name))
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if strings.HasSuffix(name, ".json") {
		err = json.Unmarshal(content, &v)
	} else {
		err = yaml.Unmarshal(content, &v)
	}
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return v
}

// Dig follows keys into what DeployFile returned.
func Dig[T any](t *testing.T, v any, keys ...string) T {
	t.Helper()
	for _, key := range keys {
		m, ok := v.(map[string]any)
		if !ok || m[key] == nil {
			t.Fatalf("nothing at %s of %v", key, keys)
		}
		v = m[key]
	}
	found, ok := v.(T)
	if !ok {
		t.Fatalf("%v is a %T", keys, v)
	}
	return found
}

var composeVariable = regexp.MustCompile(`\$\{(\w+)(:[-?])([^}]*)\}`)

// Interpolated fills in what compose takes from its own environment.
func Interpolated(t *testing.T, value string, given map[string]string) string {
	t.Helper()
	return composeVariable.ReplaceAllStringFunc(value, func(match string) string {
		parts := composeVariable.FindStringSubmatch(match)
		if got := given[parts[1]]; got != "" {
			return got
		}
		if parts[2] == ":?" {
			t.Fatalf("%s is not given", parts[1])
		}
		return parts[3]
	})
}
