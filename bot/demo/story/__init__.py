"""The CI story that the demo tells: two triage reports of a repository with Go and Python services."""

from bot.demo.story import registry
from bot.demo.story.scenes import SCENES
from bot.demo.story.stage import SCENE_GAP, Scene, Stage, build_stage

# The first chapter ends with the report's own table; the second shows every verdict.
STORY = (*SCENES, *registry.SCENES)
REGISTRY_SCENES = registry.SCENES

__all__ = ["REGISTRY_SCENES", "SCENES", "SCENE_GAP", "STORY", "Scene", "Stage", "build_stage"]
