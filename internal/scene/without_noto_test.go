//go:build no_noto

package scene_test

const noto = false
