package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	v1 "k8s.io/api/core/v1"
	storage "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

func order(name string) controller.ProvisionOptions {
	policy := v1.PersistentVolumeReclaimDelete
	claim := &v1.PersistentVolumeClaim{}
	claim.Namespace, claim.Name = "gitea", "data"
	claim.Spec.AccessModes = []v1.PersistentVolumeAccessMode{v1.ReadWriteOnce}
	claim.Spec.Resources.Requests = v1.ResourceList{v1.ResourceStorage: resource.MustParse("1Gi")}
	return controller.ProvisionOptions{
		PVName: name, PVC: claim, StorageClass: &storage.StorageClass{ReclaimPolicy: &policy},
	}
}

func TestAVolumeIsAFolderThatEverybodyMayWriteIn(t *testing.T) {
	p := &provisioner{root: filepath.Join(t.TempDir(), "volumes"), node: "gitops"}
	volume, state, err := p.Provision(context.Background(), order("pvc-1"))
	if err != nil || state != controller.ProvisioningFinished {
		t.Fatalf("%v, %v", state, err)
	}
	path := filepath.Join(p.root, "gitea-data-pvc-1")
	if volume.Spec.HostPath.Path != path || volume.Name != "pvc-1" {
		t.Errorf("the volume %s is at %s", volume.Name, volume.Spec.HostPath.Path)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode() != os.ModeDir|0o777 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if size := volume.Spec.Capacity[v1.ResourceStorage]; size.String() != "1Gi" {
		t.Errorf("capacity %s", size.String())
	}
	if volume.Spec.PersistentVolumeReclaimPolicy != v1.PersistentVolumeReclaimDelete {
		t.Errorf("reclaim policy %s is not the class's", volume.Spec.PersistentVolumeReclaimPolicy)
	}
	only := volume.Spec.NodeAffinity.Required.NodeSelectorTerms[0].MatchExpressions[0]
	if only.Key != "kubernetes.io/hostname" || only.Values[0] != "gitops" {
		t.Errorf("affinity %+v", only)
	}
	// A second try, after the first one's answer was lost.
	if again, _, err := p.Provision(context.Background(), order("pvc-1")); err != nil || again.Spec.HostPath.Path != path {
		t.Errorf("again: %v", err)
	}
}

func TestTheEnvironmentsReclaimPolicyCounts(t *testing.T) {
	p := &provisioner{root: t.TempDir(), node: "gitops", reclaimPolicy: v1.PersistentVolumeReclaimRetain}
	volume, _, err := p.Provision(context.Background(), order("pvc-1"))
	if err != nil || volume.Spec.PersistentVolumeReclaimPolicy != v1.PersistentVolumeReclaimRetain {
		t.Errorf("%+v, %v", volume, err)
	}
}

func TestWhatCannotBeProvisioned(t *testing.T) {
	p := &provisioner{root: t.TempDir(), node: "gitops"}
	block := order("pvc-1")
	mode := v1.PersistentVolumeBlock
	block.PVC.Spec.VolumeMode = &mode
	selecting := order("pvc-2")
	selecting.PVC.Spec.Selector = &metav1.LabelSelector{}
	for want, asked := range map[string]controller.ProvisionOptions{"no Block volume": block, "selector": selecting} {
		_, state, err := p.Provision(context.Background(), asked)
		if err == nil || !strings.Contains(err.Error(), want) || state != controller.ProvisioningFinished {
			t.Errorf("%v, %v, want %q", state, err, want)
		}
	}
	if left, _ := os.ReadDir(p.root); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestDeleteRemovesAllThatIsInAVolume(t *testing.T) {
	p := &provisioner{root: t.TempDir(), node: "gitops"}
	volume, _, err := p.Provision(context.Background(), order("pvc-1"))
	if err != nil {
		t.Fatal(err)
	}
	other, _, err := p.Provision(context.Background(), order("pvc-2"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(volume.Spec.HostPath.Path, "file"), nil, 0o400); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := p.Delete(context.Background(), volume); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(volume.Spec.HostPath.Path); !os.IsNotExist(err) {
		t.Errorf("still there: %v", err)
	}
	if _, err := os.Stat(other.Spec.HostPath.Path); err != nil {
		t.Errorf("the other volume is gone: %v", err)
	}
}

func TestDeleteTouchesNothingElse(t *testing.T) {
	p := &provisioner{root: t.TempDir(), node: "gitops"}
	outside := filepath.Join(t.TempDir(), "gitea-data-pvc-1")
	inside := filepath.Join(p.root, "somebody-elses")
	for _, path := range []string{outside, inside} {
		if err := os.Mkdir(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{
		outside, inside, p.root, p.root + "/gitea-data-pvc-1/../../" + filepath.Base(filepath.Dir(outside)) + "/gitea-data-pvc-1", "/",
	} {
		volume, _, err := p.Provision(context.Background(), order("pvc-1"))
		if err != nil {
			t.Fatal(err)
		}
		volume.Spec.HostPath.Path = path
		if err := p.Delete(context.Background(), volume); err == nil {
			t.Errorf("%s was deleted", path)
		}
	}
	for _, path := range []string{outside, inside} {
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
	volume, _, _ := p.Provision(context.Background(), order("pvc-1"))
	volume.Annotations[identityAnnotation] = "another"
	var ignored *controller.IgnoredError
	if err := p.Delete(context.Background(), volume); !errors.As(err, &ignored) {
		t.Errorf("another provisioner's volume: %v", err)
	}
}

func TestTheEnvironment(t *testing.T) {
	for want, set := range map[string]map[string]string{
		"PV_DIR":            {"NODE_NAME": "gitops"},
		"absolute":          {"NODE_NAME": "gitops", "PV_DIR": "volumes"},
		"NODE_NAME":         {"PV_DIR": "/volumes"},
		"PV_RECLAIM_POLICY": {"NODE_NAME": "gitops", "PV_DIR": "/volumes", "PV_RECLAIM_POLICY": "Recycle"},
		"":                  {"NODE_NAME": "gitops", "PV_DIR": "/volumes", "PV_RECLAIM_POLICY": "Retain"},
	} {
		t.Run(want, func(t *testing.T) {
			for _, name := range []string{"NODE_NAME", "PV_DIR", "PV_RECLAIM_POLICY"} {
				t.Setenv(name, set[name])
			}
			_, err := fromEnvironment()
			if (err == nil) != (want == "") || (err != nil && !strings.Contains(err.Error(), want)) {
				t.Errorf("%v, want %q", err, want)
			}
		})
	}
}
