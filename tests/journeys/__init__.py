"""The program's main job from end to end, each by clicking in a browser of their own."""
