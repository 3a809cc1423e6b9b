// Package oci makes container images without a container engine: layers from files,
// and images from layers, written where a registry serves them from. The same input
// gives the same bytes, and so the same digest, on any machine at any time.
package oci

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/opencontainers/go-digest"
	v1 "github.com/opencontainers/image-spec/specs-go/v1"
)

// Entry is something that a layer holds. Exactly one of File, Tree, Link and Directory is set.
// Where two entries hold the same path, the later one decides.
type Entry struct {
	// Path is where it goes in the image.
	Path string `json:"path"`
	// File is a program or file of this machine. It can be read and run by everybody.
	File string `json:"file,omitempty"`
	// Tree is a folder of this machine that goes into the image with all that is in it.
	Tree string `json:"tree,omitempty"`
	// Minus are folders of this machine: what they hold alike at the same place is left out of Tree.
	Minus []string `json:"minus,omitempty"`
	// Plain says that the modes of Tree are an accident of how it came here (a checkout):
	// only whether a file is executable counts.
	Plain bool `json:"plain,omitempty"`
	// Link is what a symbolic link points to.
	Link string `json:"link,omitempty"`
	// Directory makes an empty folder, or changes the owner and mode of one that Tree has.
	Directory bool `json:"directory,omitempty"`
	// Owner is the numeric user and group of Directory; everything else belongs to root.
	Owner int `json:"owner,omitempty"`
	// Mode is the mode of Directory, 0755 when zero.
	Mode uint32 `json:"mode,omitempty"`
}

// Layer says what a layer on disk is. It is the file layer.json beside the layer's blob.
type Layer struct {
	v1.Descriptor
	// DiffID is the digest of the layer before compression.
	DiffID digest.Digest `json:"diffID"`
}

// Names of the two files of a layer's folder.
const (
	BlobFile  = "blob"
	LayerFile = "layer.json"
)

// epoch is when every file of every layer was last changed.
var epoch = time.Unix(0, 0).UTC()

// item is one path of a layer: its header and, for a regular file, where the content is.
type item struct {
	header *tar.Header
	source string
}

// WriteLayer makes a layer of entries in the folder dir.
func WriteLayer(dir string, entries []Entry) error {
	items := map[string]item{}
	for _, entry := range entries {
		if err := collect(items, entry); err != nil {
			return err
		}
	}
	if len(items) == 0 {
		return errors.New("a layer without files")
	}
	blob, err := os.Create(filepath.Join(dir, BlobFile))
	if err != nil {
		return err
	}
	defer blob.Close()
	compressed := &meter{to: blob, digester: digest.Canonical.Digester()}
	// One thread each: that the blocks come out the same matters more than speed.
	compressor, err := zstd.NewWriter(compressed,
		zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return err
	}
	plain := &meter{to: compressor, digester: digest.Canonical.Digester()}
	archive := tar.NewWriter(plain)
	for _, name := range slices.Sorted(maps.Keys(items)) {
		if err := add(archive, items[name]); err != nil {
			return err
		}
	}
	if err := errors.Join(archive.Close(), compressor.Close(), blob.Close()); err != nil {
		return err
	}
	layer := Layer{DiffID: plain.digester.Digest()}
	layer.MediaType = v1.MediaTypeImageLayerZstd
	layer.Digest = compressed.digester.Digest()
	layer.Size = compressed.size
	described, err := json.Marshal(layer)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, LayerFile), described, 0o644)
}

// collect puts what an entry stands for into items.
func collect(items map[string]item, entry Entry) error {
	if !path.IsAbs(entry.Path) || path.Clean(entry.Path) != entry.Path {
		return fmt.Errorf("%q is no absolute path in an image", entry.Path)
	}
	kinds := 0
	for _, set := range []bool{entry.File != "", entry.Tree != "", entry.Link != "", entry.Directory} {
		if set {
			kinds++
		}
	}
	if kinds != 1 {
		return fmt.Errorf("%s must be one of a file, a tree, a link and a directory", entry.Path)
	}
	switch {
	case entry.Directory:
		mode := entry.Mode
		if mode == 0 {
			mode = 0o755
		}
		put(items, entry.Path, item{header: &tar.Header{
			Typeflag: tar.TypeDir, Mode: int64(mode), Uid: entry.Owner, Gid: entry.Owner,
		}})
		return nil
	case entry.Link != "":
		put(items, entry.Path, item{header: &tar.Header{
			Typeflag: tar.TypeSymlink, Mode: 0o777, Linkname: entry.Link,
		}})
		return nil
	case entry.File != "":
		info, err := os.Stat(entry.File)
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() {
			return fmt.Errorf("%s is no regular file", entry.File)
		}
		put(items, entry.Path, item{
			header: &tar.Header{Typeflag: tar.TypeReg, Mode: 0o755, Size: info.Size()},
			source: entry.File,
		})
		return nil
	}
	return filepath.WalkDir(entry.Tree, func(source string, found fs.DirEntry, err error) error {
		if err != nil || source == entry.Tree {
			return err
		}
		relative, err := filepath.Rel(entry.Tree, source)
		if err != nil {
			return err
		}
		for _, below := range entry.Minus {
			same, err := alike(source, filepath.Join(below, relative))
			if err != nil {
				return err
			}
			if same {
				return nil
			}
		}
		made, err := describe(source, found, entry.Plain)
		if err != nil {
			return err
		}
		put(items, path.Join(entry.Path, filepath.ToSlash(relative)), made)
		return nil
	})
}

func put(items map[string]item, name string, made item) {
	made.header.Name = strings.TrimPrefix(name, "/")
	if made.header.Typeflag == tar.TypeDir {
		made.header.Name += "/"
	}
	made.header.ModTime = epoch
	made.header.Format = tar.FormatPAX
	items[name] = made
}

// describe makes the header of a file, folder or symbolic link of this machine.
func describe(source string, found fs.DirEntry, plain bool) (item, error) {
	info, err := found.Info()
	if err != nil {
		return item{}, err
	}
	mode := info.Mode()
	if plain {
		switch {
		case mode.IsDir() || mode&0o111 != 0:
			mode = mode.Type() | 0o755
		default:
			mode = mode.Type() | 0o644
		}
	}
	target := ""
	if mode.Type() == fs.ModeSymlink {
		if target, err = os.Readlink(source); err != nil {
			return item{}, err
		}
	}
	header, err := tar.FileInfoHeader(modeInfo{info, mode}, target)
	if err != nil {
		return item{}, err
	}
	switch header.Typeflag {
	case tar.TypeReg, tar.TypeDir, tar.TypeSymlink:
	default:
		return item{}, fmt.Errorf("%s is no file, folder or symbolic link: %s", source, mode)
	}
	// Only what must be the same everywhere: no names, no times but epoch, no owners but root.
	return item{
		header: &tar.Header{
			Typeflag: header.Typeflag, Mode: header.Mode, Size: header.Size, Linkname: header.Linkname,
		},
		source: source,
	}, nil
}

// modeInfo is a file's information with another mode.
type modeInfo struct {
	fs.FileInfo
	mode fs.FileMode
}

func (m modeInfo) Mode() fs.FileMode { return m.mode }

// Sys hides what the machine knows of the file.
func (m modeInfo) Sys() any { return nil }

func add(archive *tar.Writer, made item) error {
	if err := archive.WriteHeader(made.header); err != nil {
		return err
	}
	if made.header.Typeflag != tar.TypeReg {
		return nil
	}
	content, err := os.Open(made.source)
	if err != nil {
		return err
	}
	defer content.Close()
	_, err = io.Copy(archive, content)
	return err
}

// alike says whether two paths hold the same thing.
func alike(one, other string) (bool, error) {
	a, err := os.Lstat(one)
	if err != nil {
		return false, err
	}
	b, err := os.Lstat(other)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if a.Mode() != b.Mode() {
		return false, nil
	}
	switch {
	case a.Mode().Type() == fs.ModeSymlink:
		first, err := os.Readlink(one)
		if err != nil {
			return false, err
		}
		second, err := os.Readlink(other)
		return first == second, err
	case a.Mode().IsRegular():
		if a.Size() != b.Size() {
			return false, nil
		}
		first, err := os.ReadFile(one)
		if err != nil {
			return false, err
		}
		second, err := os.ReadFile(other)
		return bytes.Equal(first, second), err
	}
	return true, nil
}

// meter counts and hashes what it passes on.
type meter struct {
	to       io.Writer
	digester digest.Digester
	size     int64
}

func (m *meter) Write(data []byte) (int, error) {
	written, err := m.to.Write(data)
	m.digester.Hash().Write(data[:written])
	m.size += int64(written)
	return written, err
}
