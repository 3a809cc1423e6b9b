"""The GitOps guide: pages to blocks, blocks to verdicts, verdicts to a proof."""
