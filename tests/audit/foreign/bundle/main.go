// Verify a bundle's unpacked folder with the checksum database's own note and tlog packages:
// the checkpoint under the log's key, and each entry under the checkpoint.
package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func read(parts ...string) []byte {
	data, err := os.ReadFile(filepath.Join(parts...))
	check(err)
	return data
}

func hash(line string) tlog.Hash {
	raw, err := base64.StdEncoding.DecodeString(line)
	check(err)
	if len(raw) != tlog.HashSize {
		check(fmt.Errorf("%d bytes are no hash", len(raw)))
	}
	var found tlog.Hash
	copy(found[:], raw)
	return found
}

func main() {
	folder := os.Args[1]
	verifier, err := note.NewVerifier(strings.TrimSpace(string(read(folder, "trust/log.vkey"))))
	check(err)
	opened, err := note.Open(read(folder, "checkpoint.txt"), note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	root := hash(lines[2])
	entries, err := filepath.Glob(filepath.Join(folder, "entries", "*.json"))
	check(err)
	for _, name := range entries {
		stem := strings.TrimSuffix(filepath.Base(name), ".json")
		index, err := strconv.ParseInt(stem, 10, 64)
		check(err)
		text := string(read(folder, "proofs", stem+".tlog-proof"))
		head := strings.Split(strings.SplitN(text, "\n\n", 2)[0], "\n")
		proof := tlog.RecordProof{}
		for _, line := range head[2:] {
			proof = append(proof, hash(line))
		}
		leaf := tlog.RecordHash(read(name))
		check(tlog.CheckRecord(proof, size, root, index, leaf))
	}
	fmt.Println(opened.Sigs[0].Name, size, len(entries))
}
