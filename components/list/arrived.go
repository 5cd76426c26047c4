package list

import "strconv"

func unfinished(files []UploadFileView) (n int) {
	for _, f := range files {
		if !f.Done {
			n++
		}
	}
	return n
}

// arrivedTitle says what there is of earlier attempts.
func arrivedTitle(files []UploadFileView) string {
	switch broken := unfinished(files); {
	case broken > 0:
		return strconv.Itoa(broken) + plural(broken, " upload was", " uploads were") + " interrupted"
	default:
		return strconv.Itoa(len(files)) + plural(len(files), " file is", " files are") + " here and not read yet"
	}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
