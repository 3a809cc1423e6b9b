package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

// identityAnnotation marks the volumes of one provisioner, under the name that the original uses.
const identityAnnotation = "hostPathProvisionerIdentity"

// provisioner makes a folder under root for each volume.
type provisioner struct {
	root          string                           // PV_DIR
	node          string                           // NODE_NAME; also this provisioner's identity
	reclaimPolicy v1.PersistentVolumeReclaimPolicy // PV_RECLAIM_POLICY; empty: the class says
}

var _ controller.Provisioner = &provisioner{}

func fromEnvironment() (*provisioner, error) {
	p := &provisioner{
		root:          os.Getenv("PV_DIR"),
		node:          os.Getenv("NODE_NAME"),
		reclaimPolicy: v1.PersistentVolumeReclaimPolicy(os.Getenv("PV_RECLAIM_POLICY")),
	}
	if !filepath.IsAbs(p.root) {
		return nil, fmt.Errorf("PV_DIR must be the absolute path of the folder for volumes, and is %q", p.root)
	}
	if p.node == "" {
		return nil, fmt.Errorf("NODE_NAME must be the name of the node that the pod runs on")
	}
	switch p.reclaimPolicy {
	case "", v1.PersistentVolumeReclaimDelete, v1.PersistentVolumeReclaimRetain:
		return p, nil
	}
	return nil, fmt.Errorf("PV_RECLAIM_POLICY must be Delete or Retain, and is %q", p.reclaimPolicy)
}

// Provision makes the folder and describes the volume.
func (p *provisioner) Provision(
	_ context.Context, options controller.ProvisionOptions,
) (*v1.PersistentVolume, controller.ProvisioningState, error) {
	claim := options.PVC
	if claim.Spec.Selector != nil {
		return nil, controller.ProvisioningFinished, fmt.Errorf("a claim with a selector cannot be provisioned")
	}
	if mode := claim.Spec.VolumeMode; mode != nil && *mode != v1.PersistentVolumeFilesystem {
		return nil, controller.ProvisioningFinished, fmt.Errorf("a folder of the node is no %s volume", *mode)
	}
	path := filepath.Join(p.root, fmt.Sprintf("%s-%s-%s", claim.Namespace, claim.Name, options.PVName))
	if err := makeFolder(path); err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	reclaim := p.reclaimPolicy
	if reclaim == "" {
		reclaim = *options.StorageClass.ReclaimPolicy
	}
	hostPathType := v1.HostPathDirectoryOrCreate
	return &v1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{
			Name:        options.PVName,
			Annotations: map[string]string{identityAnnotation: p.node},
		},
		Spec: v1.PersistentVolumeSpec{
			PersistentVolumeReclaimPolicy: reclaim,
			AccessModes:                   claim.Spec.AccessModes,
			Capacity: v1.ResourceList{
				v1.ResourceStorage: claim.Spec.Resources.Requests[v1.ResourceStorage],
			},
			PersistentVolumeSource: v1.PersistentVolumeSource{
				HostPath: &v1.HostPathVolumeSource{Path: path, Type: &hostPathType},
			},
			NodeAffinity: &v1.VolumeNodeAffinity{Required: &v1.NodeSelector{
				NodeSelectorTerms: []v1.NodeSelectorTerm{{
					MatchExpressions: []v1.NodeSelectorRequirement{{
						Key:      v1.LabelHostname,
						Operator: v1.NodeSelectorOpIn,
						Values:   []string{p.node},
					}},
				}},
			}},
		},
	}, controller.ProvisioningFinished, nil
}

// Delete removes a volume's folder with all that is in it.
func (p *provisioner) Delete(_ context.Context, volume *v1.PersistentVolume) error {
	if owner := volume.Annotations[identityAnnotation]; owner != p.node {
		return &controller.IgnoredError{Reason: fmt.Sprintf("the volume belongs to the provisioner of %q", owner)}
	}
	if volume.Spec.HostPath == nil {
		return fmt.Errorf("the volume %s is no folder of the node", volume.Name)
	}
	path := filepath.Clean(volume.Spec.HostPath.Path)
	// The path comes from an object that others may edit; this program runs as root.
	if filepath.Dir(path) != filepath.Clean(p.root) || !strings.HasSuffix(path, volume.Name) {
		return fmt.Errorf("%s is no folder that this provisioner makes for the volume %s", path, volume.Name)
	}
	return os.RemoveAll(path)
}

// makeFolder makes a folder that a container may write in as any user.
func makeFolder(path string) error {
	if err := os.MkdirAll(path, 0o777); err != nil {
		return fmt.Errorf("the volume's folder cannot be made: %w", err)
	}
	// Not left to MkdirAll: it takes the umask off.
	return os.Chmod(path, 0o777)
}
