"""The CI story that the demo tells: a triage report of a repository with Go and Python services."""

from bot.demo.story.scenes import SCENES, Scene, Stage, build_stage

__all__ = ["SCENES", "Scene", "Stage", "build_stage"]
