// Compute a tree's root, and prove each entry, from static tiles (C2SP tlog-tiles), with the
// checksum database's own client code; compare with the signed checkpoint beside them.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func place(number int64, width int) string {
	told := fmt.Sprintf("%03d", number%1000)
	for number >= 1000 {
		number /= 1000
		told = fmt.Sprintf("x%03d/%s", number%1000, told)
	}
	if width < 1<<height {
		told += fmt.Sprintf(".p/%d", width)
	}
	return told
}

type folder string

func (f folder) Height() int                          { return height }
func (f folder) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range tiles {
		path := filepath.Join(string(f), "tile", strconv.Itoa(tile.L), place(tile.N, tile.W))
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

func main() {
	f := folder(os.Args[1])
	note, err := os.ReadFile(filepath.Join(string(f), "checkpoint"))
	check(err)
	lines := strings.Split(string(note), "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	raw, err := base64.StdEncoding.DecodeString(lines[2])
	check(err)
	var root tlog.Hash
	copy(root[:], raw)
	reader := tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, f)
	found, err := tlog.TreeHash(size, reader)
	check(err)
	if found != root {
		check(fmt.Errorf("the tiles have another root"))
	}
	for first := int64(0); first < size; first += 1 << height {
		width := size - first
		if width > 1<<height {
			width = 1 << height
		}
		path := filepath.Join(string(f), "tile", "entries", place(first>>height, int(width)))
		data, err := os.ReadFile(path)
		check(err)
		for n := first; n < first+width; n++ {
			length := binary.BigEndian.Uint16(data)
			entry := data[2 : 2+length]
			data = data[2+length:]
			proof, err := tlog.ProveRecord(size, n, reader)
			check(err)
			check(tlog.CheckRecord(proof, size, root, n, tlog.RecordHash(entry)))
		}
	}
	fmt.Println(size)
}
