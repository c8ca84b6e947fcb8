"""How far what is found of signatures agrees with files whose signatures are known."""
