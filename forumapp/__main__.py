from forumapp.cli import main

main()
