package find

// FolderVersion is exported for tests on other systems than Windows.
var FolderVersion = folderVersion
